import { expect, test } from 'bun:test'
import { bytesOf, byteText } from './byte-input.ts'

const GIB = 1024 ** 3

test('bytes come back as they were typed', () => {
  for (const typed of [
    { text: '8', unit: 'GiB' },
    { text: '512', unit: 'MiB' },
    { text: '1.5', unit: 'TiB' },
    { text: '32', unit: 'GB' },
    { text: '2', unit: 'TB' },
  ] as const) {
    expect(byteText(bytesOf(typed)!)).toEqual(typed)
  }
})

test('an empty field is no limit, and no limit is an empty field', () => {
  expect(bytesOf({ text: ' ', unit: 'GB' })).toBeNull()
  expect(byteText(null).text).toBe('')
})

test('a comma counts as a point, words do not count', () => {
  expect(bytesOf({ text: '1,5', unit: 'GiB' })).toBe(1.5 * GIB)
  for (const text of ['much', '-1', '1e9', '1.2.3', '8 GiB'])
    expect(bytesOf({ text, unit: 'GiB' })).toBeUndefined()
})

test('zero is zero', () => {
  expect(byteText(0)).toEqual({ text: '0', unit: 'MiB' })
  expect(bytesOf({ text: '0', unit: 'GiB' })).toBe(0)
})

test('bytes that no unit hits exactly are shown about right', () => {
  expect(byteText(8 * GIB + 1)).toEqual({ text: '8192', unit: 'MiB' })
})
