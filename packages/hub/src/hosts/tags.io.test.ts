import { afterAll, beforeAll, expect, test } from 'bun:test'
import { startTestHub, type TestHub } from '../testing/test-hub.ts'

let t: TestHub
beforeAll(async () => {
  t = await startTestHub()
  await t.logIn()
})
afterAll(() => t[Symbol.asyncDispose]())

test('tags of a host are kept in lower case, once each, and counted over the fleet', async () => {
  const one = await t.addHost('one')
  const two = await t.addHost('two')
  const set = await t.call('PATCH', `/api/hosts/${one.id}`, { tags: ['Web', 'prod', 'web'] })
  expect(((await set.json()) as { host: object }).host).toMatchObject({ name: 'one', tags: ['prod', 'web'] })
  await t.call('PATCH', `/api/hosts/${two.id}`, { tags: ['prod'] })
  expect(await (await t.call('GET', '/api/tags')).json()).toEqual({
    tags: [
      { tag: 'prod', hosts: 2 },
      { tag: 'web', hosts: 1 },
    ],
  })
  await t.call('PATCH', `/api/hosts/${one.id}`, { name: 'uno' })
  expect(await (await t.call('GET', `/api/hosts/${one.id}`)).json()).toMatchObject({
    host: { name: 'uno', tags: ['prod', 'web'], firing: { warning: 0, critical: 0 } },
  })
})

test('a tag that could not be written in a scope is refused by its place', async () => {
  const { id } = await t.addHost('three')
  const answer = await t.call('PATCH', `/api/hosts/${id}`, { tags: ['fine', 'not fine'] })
  expect(answer.status).toBe(400)
  expect(await answer.json()).toMatchObject({ errors: [{ path: 'tags[1]' }] })
})
