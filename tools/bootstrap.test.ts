import { expect, test } from 'bun:test'
import { installFault, nodeFault } from './bootstrap.mjs'

const lock = (packages: Record<string, object>) => JSON.stringify({ packages })

test('an old Node is told what to install, a new one passes', () => {
  expect(nodeFault('18.20.4')).toContain('Node 20 or newer')
  expect(nodeFault('20.0.0')).toBeUndefined()
  expect(nodeFault('24.1.0')).toBeUndefined()
})

test('a fresh clone needs an install', () => {
  expect(installFault(lock({}), undefined)).toBe('nothing is installed yet')
})

test('a package that is missing or of another version needs an install', () => {
  const wanted = lock({ '': {}, 'node_modules/zod': { version: '4.0.0' }, 'packages/std': {} })
  expect(installFault(wanted, lock({ 'node_modules/zod': { version: '4.0.0' } }))).toBeUndefined()
  expect(installFault(wanted, lock({ 'node_modules/zod': { version: '3.9.0' } }))).toBe(
    'zod is 3.9.0, wanted 4.0.0',
  )
  expect(installFault(wanted, lock({}))).toBe('zod is missing')
})

test('an optional package for another platform is not missed', () => {
  const wanted = lock({ 'node_modules/@oven/bun-darwin-x64': { version: '1.4.5', optional: true } })
  expect(installFault(wanted, lock({}))).toBeUndefined()
})
