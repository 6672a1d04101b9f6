import { expect, test } from 'bun:test'
import { isIP } from 'node:net'
import { ipFamily } from './ip-family.ts'

test.each([
  '127.0.0.1',
  '0.0.0.0',
  '255.255.255.255',
  '256.0.0.1',
  '1.2.3',
  '1.2.3.4.5',
  '',
  'localhost',
  '01.2.3.4',
  '::',
  '::1',
  'fd00::2',
  'fe80::1:2:3:4',
  '1:2:3:4:5:6:7:8',
  '1:2:3:4:5:6:7:8:9',
  '::ffff:1.2.3.4',
  ':::',
  'g::1',
  '[::1]',
  '::1/64',
])('says the same of %p as node:net', (text) => {
  expect(ipFamily(text)).toBe(isIP(text) as 0 | 4 | 6)
})
