import { expect, test } from 'bun:test'
import { isOlder } from './is-older.ts'

test('versions compare by number, not by letter', () => {
  expect(isOlder('0.9.0', '0.10.0')).toBe(true)
  expect(isOlder('0.10.0', '0.9.9')).toBe(false)
  expect(isOlder('1.2.3', '1.2.3')).toBe(false)
})

test('what is no version is not called older', () => {
  expect(isOlder('dev', '1.0.0')).toBe(false)
  expect(isOlder('0.1.0', 'unknown')).toBe(false)
})
