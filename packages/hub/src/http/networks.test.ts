import { expect, test } from 'bun:test'
import { parseNetworks } from './networks.ts'

test('addresses are found in networks of either family, mapped ones too', () => {
  const networks = parseNetworks(['10.0.0.0/8', 'fd00::/8', '192.0.2.7'])
  for (const inside of ['10.1.2.3', '::ffff:10.1.2.3', 'fd12::1', '192.0.2.7'])
    expect(networks.has(inside)).toBe(true)
  for (const outside of ['11.0.0.1', 'fe80::1', '192.0.2.8', '']) expect(networks.has(outside)).toBe(false)
})

test.each(['10.0.0.0/33', 'nonsense', '10.0.0.0/x', ''])('%p is refused by name', (cidr) => {
  expect(() => parseNetworks([cidr])).toThrow('is no network')
})
