import { expect, test } from 'bun:test'
import { duration, httpUrl, listenAddress, networks, onOff, sizeOrNone, wholeNumber } from './value.ts'

test.each([
  ['0.0.0.0:8090', { hostname: '0.0.0.0', port: 8090 }],
  [':9000', { hostname: '0.0.0.0', port: 9000 }],
  ['9000', { hostname: '0.0.0.0', port: 9000 }],
  ['[::1]:80', { hostname: '::1', port: 80 }],
  ['hub.lan:0', { hostname: 'hub.lan', port: 0 }],
])('%p is a place to listen', (text, address) => {
  expect(listenAddress(text as string)).toEqual(address as never)
})

test.each(['', 'host', '::1', '::1:80', '1.2.3.4:', '1.2.3.4:70000', '[x]:80', 'a:b:1'])(
  '%p is no place to listen',
  (text) => {
    expect(() => listenAddress(text)).toThrow()
  },
)

test('a hub address loses its last slash and must be plain http or https', () => {
  expect(httpUrl('http://hub.lan:8090/')).toBe('http://hub.lan:8090')
  expect(httpUrl('https://example.org/lumen/')).toBe('https://example.org/lumen')
  for (const bad of ['hub.lan:8090', 'ftp://hub', 'http://u:p@hub', 'http://hub/?a', 'http://'])
    expect(() => httpUrl(bad)).toThrow()
})

test('durations carry a unit and stay within bounds', () => {
  const parse = duration(1_000, 60_000)
  expect(parse('5s')).toBe(5_000)
  expect(parse('1.5s')).toBe(1_500)
  expect(parse('1m')).toBe(60_000)
  for (const bad of ['5', 's', '500ms', '2m', '-1s', '5 s']) expect(() => parse(bad)).toThrow()
})

test('sizes carry a unit, or are nothing at all', () => {
  const parse = sizeOrNone(1024 ** 2)
  expect(parse('256MiB')).toBe(256 * 1024 ** 2)
  expect(parse('1.5GB')).toBe(1_500_000_000)
  expect(parse('0')).toBe(0)
  for (const bad of ['256', 'MiB', '10KiB', '-1MiB', '1 GiB', '1mb']) expect(() => parse(bad)).toThrow()
})

test('networks, numbers and switches say what they want', () => {
  expect(networks('10.0.0.0/8, ::1')).toEqual(['10.0.0.0/8', '::1'])
  for (const bad of ['10.0.0.0/33', '::/129', 'lan', '10.0.0.0/', ''])
    expect(() => networks(bad)).toThrow('no address or network')
  expect(wholeNumber(1, 5)('5')).toBe(5)
  for (const bad of ['0', '6', '1.5', 'x', '']) expect(() => wholeNumber(1, 5)(bad)).toThrow('1 to 5')
  expect([onOff('true'), onOff('0')]).toEqual([true, false])
  expect(() => onOff('maybe')).toThrow('neither')
})
