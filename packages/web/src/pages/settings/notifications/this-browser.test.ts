import { expect, test } from 'bun:test'
import { abilityOf, bytesOf, digestOf } from './this-browser.ts'

const able = { isSecure: true, hasWorker: true, hasPush: true, permission: 'default' } as const

test('a browser that cannot be told says the first reason one can do something about', () => {
  expect(abilityOf(able)).toBe('able')
  expect(abilityOf({ ...able, permission: 'granted' })).toBe('able')
  expect(abilityOf({ ...able, permission: 'denied' })).toBe('denied')
  expect(abilityOf({ ...able, isSecure: false, permission: 'denied' })).toBe('insecure')
  expect(abilityOf({ ...able, hasPush: false })).toBe('unsupported')
  expect(abilityOf({ ...able, permission: undefined })).toBe('unsupported')
})

test('the hub’s key is read as base64url, with and without the two letters that differ', () => {
  expect([...bytesOf('AQID')]).toEqual([1, 2, 3])
  expect([...bytesOf('-_8')]).toEqual([0xfb, 0xff])
})

test('an endpoint has the digest the hub knows it by', async () => {
  expect(await digestOf('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})
