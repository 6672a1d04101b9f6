import { expect, test } from 'bun:test'
import { oneLine } from './http-send.ts'

test('tags and line breaks of an answer become blanks', () => {
  expect(oneLine('<html>\r\n<h1>403</h1>\u0000no <b>way</b>')).toBe('403 no way')
})

test('an answer of nothing but half tags is read once, not from each of them to its end', () => {
  const half = '<'.repeat(400_000)
  expect(oneLine(half)).toBe(half)
})
