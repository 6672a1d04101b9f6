import { expect, test } from 'bun:test'
import { isSetupCode, randomSetupCode } from './setup-code.ts'

test('a code is 20 readable characters in groups, a new one each time', () => {
  const codes = Array.from({ length: 50 }, randomSetupCode)
  for (const code of codes) expect(code).toMatch(/^([2-9A-HJKMNP-Z]{4}-){4}[2-9A-HJKMNP-Z]{4}$/)
  expect(new Set(codes).size).toBe(50)
})

test.each([
  ['ABCD-EFGH', true],
  ['abcd efgh', true],
  ['abcdefgh', true],
  ['ABCD-EFGJ', false],
  ['ABCD-EFG', false],
  ['', false],
])('%s against ABCD-EFGH: %p', (given, isRight) => {
  expect(isSetupCode(given, 'ABCD-EFGH')).toBe(isRight)
})
