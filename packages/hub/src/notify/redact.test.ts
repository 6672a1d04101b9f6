import { expect, test } from 'bun:test'
import { redact } from './redact.ts'

test.each([
  ['token tk_1234 refused', ['tk_1234'], 'token ••• refused'],
  ['GET /bot12:AB%2FC/send', ['12:AB/C'], 'GET /bot12:AB%2FC/send'],
  ['GET /a%2Fb%3Fc', ['a/b?c'], 'GET /•••'],
  [`Basic ${Buffer.from('hunter22').toString('base64')}`, ['hunter22'], 'Basic •••'],
  ['abcdef and abc', ['abcd', 'abcdef'], '••• and abc'],
  [
    'POST /services/T00/B00/xyzxyzxyzxyz: no_service',
    ['https://hooks.example/services/T00/B00/xyzxyzxyzxyz'],
    'POST •••: no_service',
  ],
  [`AUTH ${Buffer.from('\0ada\0hunter22').toString('base64')} no`, ['hunter22'], 'AUTH ••• no'],
  [`x ${Buffer.from('ada:hunter22!').toString('base64url')}`, ['hunter22'], 'x •••'],
  ['of', ['of'], 'of'],
])('%s without %j is %s', (text, secrets, clean) => {
  expect(redact(text, secrets)).toBe(clean)
})
