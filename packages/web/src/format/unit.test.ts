import { expect, test } from 'bun:test'
import { formatText, formatUnit } from './unit.ts'

const text = (...args: Parameters<typeof formatText>) => formatText(...args).replaceAll('\u00a0', ' ')

test('an unknown value is a dash without a unit, never zero', () => {
  for (const value of [null, undefined, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(formatUnit('bytes', value)).toEqual({ number: '–', unit: '' })
  }
})

test('bytes are binary with at most three figures', () => {
  expect(text('bytes', 0)).toBe('0 B')
  expect(text('bytes', 1023)).toBe('1023 B')
  expect(text('bytes', 1024)).toBe('1.0 KiB')
  expect(text('bytes', 12.3 * 1024 ** 3)).toBe('12.3 GiB')
  expect(text('bytes', 512 * 1024 ** 3)).toBe('512 GiB')
  expect(text('bytes', 9e13)).toBe('81.9 TiB')
})

test('rates of bytes are decimal', () => {
  expect(text('bytes_per_second', 1_200_000)).toBe('1.2 MB/s')
  expect(text('bytes_per_second', 999)).toBe('999 B/s')
  expect(text('bytes_per_second', 1_250_000_000)).toBe('1.3 GB/s')
})

test('rounding never leaves a full thousand standing', () => {
  expect(text('bytes_per_second', 999_999)).toBe('1.0 MB/s')
  expect(text('bytes_per_second', 999.7)).toBe('1.0 kB/s')
  expect(text('bytes', 1024 ** 2 - 1)).toBe('1.0 MiB')
  expect(text('count', 999_999.9)).toBe('1.0 M')
  expect(text('per_second', 999.9)).toBe('1.0 k/s')
})

test('shares keep one digit after the point below a hundred', () => {
  expect(text('percent', 0)).toBe('0.0 %')
  expect(text('percent', 7.46)).toBe('7.5 %')
  expect(text('percent', 99.96)).toBe('100 %')
})

test('no catalogue unit ever shows eleven digits', () => {
  const units = [
    'percent',
    'bytes',
    'bytes_per_second',
    'per_second',
    'count',
    'load',
    'celsius',
    'rpm',
    'watts',
    'cores',
    'milliseconds',
  ] as const
  for (const unit of units) {
    for (const value of [0, 0.004, 1, 12.345, 999.95, 123_456, 98_765_432.1]) {
      expect(formatUnit(unit, value).number.length).toBeLessThanOrEqual(9)
    }
  }
})

test('spans of time read as their two largest units', () => {
  expect(text('seconds', 3 * 86_400 + 4 * 3600 + 59)).toBe('3 d 4 h')
  expect(text('seconds', 303)).toBe('5 min 3 s')
  expect(text('seconds', 0.4)).toBe('0 s')
  expect(text('seconds', 86_400)).toBe('1 d')
  expect(text('milliseconds', 1.5)).toBe('1.5 ms')
  expect(text('milliseconds', 1_500)).toBe('1.5 s')
})
