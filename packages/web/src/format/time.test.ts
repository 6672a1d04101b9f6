import { expect, test } from 'bun:test'
import { clockText, dateTimeText, relativeText } from './time.ts'

const now = 1_790_000_000_000
const ago = (ms: number) => relativeText(now - ms, now).replaceAll('\u00a0', ' ')

test('ages use one unit', () => {
  expect(ago(12_400)).toBe('12 s ago')
  expect(ago(150_000)).toBe('2 min ago')
  expect(ago(2 * 86_400_000 + 5)).toBe('2 d ago')
})

test('what has just come, or comes from a clock that runs ahead, is just now', () => {
  expect(ago(1_900)).toBe('just now')
  expect(ago(-60_000)).toBe('just now')
})

test('clocks show 24 hours, as the axes do, in whatever language', () => {
  const afternoon = new Date(2026, 10, 22, 15, 4, 5).getTime()
  const midnight = new Date(2026, 10, 22, 0, 4, 5).getTime()
  expect(clockText(afternoon)).toContain('15')
  expect(dateTimeText(afternoon)).toContain('15')
  expect(clockText(afternoon)).not.toMatch(/PM/i)
  expect(clockText(midnight)).toContain('00')
})
