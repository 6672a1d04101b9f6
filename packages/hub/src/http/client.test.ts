import { expect, test } from 'bun:test'
import { clientOf } from './client.ts'
import { parseNetworks } from './networks.ts'

const trusted = parseNetworks(['10.0.0.0/8'])
const client = (peer: string, headers: Record<string, string> = {}) =>
  clientOf(new Request('http://hub/', { headers: { host: 'hub:8090', ...headers } }), peer, trusted, false)

test('forwarded headers of a stranger do not count', () => {
  const headers = { 'x-forwarded-for': '1.2.3.4', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil' }
  expect(client('192.0.2.1', headers)).toEqual({
    address: '192.0.2.1',
    throttleKey: '192.0.2.1',
    isHttps: false,
    host: 'hub:8090',
  })
})

test('behind trusted proxies the last address not theirs is the client’s', () => {
  const headers = {
    'x-forwarded-for': '6.6.6.6, 203.0.113.9, 10.0.0.2',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'lumen.example',
  }
  expect(client('10.0.0.1', headers)).toMatchObject({
    address: '203.0.113.9',
    isHttps: true,
    host: 'lumen.example',
  })
})

test('a forged chain entry that is no address ends the search', () => {
  expect(client('10.0.0.1', { 'x-forwarded-for': '203.0.113.9, junk' }).address).toBe('10.0.0.1')
})

test.each([
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
])('guesses from %s are counted under %s', (peer, key) => {
  expect(client(peer).throttleKey).toBe(key)
})
