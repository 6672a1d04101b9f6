import { expect, test } from 'bun:test'
import { isInScope, selects } from './selects.ts'

const web = { id: 7, name: 'Web-1', tags: ['prod', 'site:berlin'] }

test('a selector means a host by its id, by a glob over its name, or by one of its tags', () => {
  expect(selects({ by: 'host', id: 7 }, web)).toBe(true)
  expect(selects({ by: 'host', id: 8 }, web)).toBe(false)
  expect(selects({ by: 'name', glob: 'web-?' }, web)).toBe(true)
  expect(selects({ by: 'name', glob: 'web' }, web)).toBe(false)
  expect(selects({ by: 'tag', tag: 'prod' }, web)).toBe(true)
  expect(selects({ by: 'tag', tag: 'pro' }, web)).toBe(false)
})

test('an exception takes a host out of a scope, also out of all', () => {
  expect(isInScope({ hosts: 'all', except: [] }, web)).toBe(true)
  expect(isInScope({ hosts: 'all', except: [{ by: 'tag', tag: 'prod' }] }, web)).toBe(false)
  const two = [
    { by: 'host', id: 8 },
    { by: 'name', glob: 'web*' },
  ] as const
  expect(isInScope({ hosts: [...two], except: [] }, web)).toBe(true)
  expect(isInScope({ hosts: [two[0]], except: [] }, web)).toBe(false)
})
