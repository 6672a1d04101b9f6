import { expect, test } from 'bun:test'
import { addressesOf, EMPTY_DRAFT, inputOf, isComplete } from './connection-draft.ts'

const FINGERPRINT = `${'AA:'.repeat(31)}AA`
const draft = {
  ...EMPTY_DRAFT,
  addresses: 'pve1',
  tokenId: 'lumen@pve!hub',
  secret: 'x',
  sha256: [FINGERPRINT],
}

test('addresses are taken however they are separated, and out of a pasted URL', () => {
  expect(addressesOf('pve1, pve2;  10.0.0.3:8006\nhttps://pve4:8006/#v1:0')).toEqual([
    'pve1',
    'pve2',
    '10.0.0.3:8006',
    'pve4:8006',
  ])
  expect(addressesOf(' ,\n')).toEqual([])
})

test('a connection is complete with address, token, secret and trust', () => {
  expect(isComplete(draft, true)).toBe(true)
  for (const missing of [{ addresses: ' ' }, { tokenId: '' }, { secret: ' ' }, { sha256: [] }]) {
    expect(isComplete({ ...draft, ...missing }, true)).toBe(false)
  }
  expect(isComplete({ ...draft, sha256: [], trustBy: 'public' }, true)).toBe(true)
  expect(isComplete({ ...draft, trustBy: 'ca' }, true)).toBe(false)
})

test('a saved one keeps its secret where none is typed', () => {
  expect(isComplete({ ...draft, secret: '' }, false)).toBe(true)
  expect(inputOf({ ...draft, secret: '' })).not.toHaveProperty('secret')
  expect(inputOf(draft)).toMatchObject({ secret: 'x', trust: { by: 'fingerprint', sha256: [FINGERPRINT] } })
})

test('disks are asked how they are only where somebody wants it, and never of a backup server', () => {
  expect(inputOf(draft)).toHaveProperty('smart', false)
  expect(inputOf({ ...draft, asksSmart: true })).toHaveProperty('smart', true)
  expect(inputOf({ ...draft, kind: 'pbs', asksSmart: true })).not.toHaveProperty('smart')
})
