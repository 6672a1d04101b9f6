import { expect, test } from 'bun:test'
import { addressText, parseAddress } from './address.ts'

test.each([
  ['pve1.lan', { host: 'pve1.lan', port: 8006 }],
  ['10.0.0.2:443', { host: '10.0.0.2', port: 443 }],
  ['[fd00::2]', { host: 'fd00::2', port: 8006 }],
  ['[fd00::2]:9000', { host: 'fd00::2', port: 9000 }],
] as const)('%s is an address', (text, address) => {
  expect(parseAddress(text, 8006)).toEqual(address)
  expect(parseAddress(addressText(address), 1)).toEqual(address)
})

test.each(['', 'https://pve1', 'pve1:0', 'pve1:65536', 'fd00::2', '[10.0.0.2]', 'pve 1', 'pve1/x', '-pve1'])(
  '%p is none',
  (text) => {
    expect(parseAddress(text, 8006)).toBeUndefined()
  },
)
