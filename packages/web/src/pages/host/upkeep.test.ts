import { expect, test } from 'bun:test'
import { HOUR, MINUTE, SECOND } from '@lumen/model/time'
import { type HistoryCondition, leadOf, paceOf, upkeepOf } from './upkeep.ts'

const now = 1_790_000_000_000
const live = (change: Partial<HistoryCondition> = {}): HistoryCondition => ({
  hasFailed: false,
  stepMs: 5 * SECOND,
  isLive: true,
  window: { from: now - 15 * MINUTE, to: now },
  nowMs: now,
  unrefreshedMs: 10 * SECOND,
  ...change,
})

test('a live history refreshes its newest buckets', () => {
  expect(upkeepOf(live())).toBe('tail')
})

test('a load that failed is tried again before anything else', () => {
  expect(upkeepOf(live({ hasFailed: true, stepMs: undefined }))).toBe('load')
  expect(upkeepOf(live({ hasFailed: true, isLive: false, nowMs: now + HOUR }))).toBe('load')
})

test('nothing is asked for while the first answer is awaited', () => {
  expect(upkeepOf(live({ stepMs: undefined }))).toBe('rest')
})

test('a window of the past rests once late readings can no longer reach it', () => {
  const past = (sinceEndMs: number) => live({ isLive: false, nowMs: now + sinceEndMs })
  expect(upkeepOf(past(MINUTE))).toBe('tail')
  expect(upkeepOf(past(91 * SECOND))).toBe('rest')
})

test('more missing than the tail holds means loading anew, by the length of a bucket', () => {
  expect(upkeepOf(live({ unrefreshedMs: 31 * SECOND }))).toBe('reload')
  const hours = { window: { from: now - 24 * HOUR, to: now }, stepMs: 2 * MINUTE }
  expect(upkeepOf(live({ ...hours, unrefreshedMs: 9 * MINUTE }))).toBe('tail')
  expect(upkeepOf(live({ ...hours, unrefreshedMs: 11 * MINUTE }))).toBe('reload')
})

test('minutes where raw readings belong are asked for again, for as long as the hub holds raw readings', () => {
  expect(upkeepOf(live({ stepMs: MINUTE }))).toBe('reload')
  expect(upkeepOf(live({ stepMs: MINUTE, window: { from: now - HOUR, to: now } }))).toBe('tail')
  expect(upkeepOf(live({ stepMs: MINUTE, isLive: false }))).toBe('tail')
})

test('long ranges are refreshed as seldom as their buckets let one see it', () => {
  const week = { window: { from: now - 168 * HOUR, to: now }, stepMs: 15 * MINUTE }
  expect(upkeepOf(live({ ...week, unrefreshedMs: 70 * SECOND }))).toBe('rest')
  expect(upkeepOf(live({ ...week, unrefreshedMs: 88 * SECOND }))).toBe('tail')
  expect(paceOf(5 * SECOND)).toBe(10 * SECOND)
  expect(paceOf(12 * HOUR)).toBe(5 * MINUTE)
})

test('a short range is refreshed each turn, although the last answer took a moment', () => {
  expect(upkeepOf(live({ unrefreshedMs: 9_900 }))).toBe('tail')
})

test('a window is asked for with at least one bucket before it, whatever step the tiers allow', () => {
  const ago = (fromMs: number, spanMs: number) => ({ from: now - fromMs, to: now - fromMs + spanMs })
  const hour = leadOf(ago(HOUR, HOUR), 768, now)
  expect(hour).toBeGreaterThanOrEqual(MINUTE)
  expect(leadOf(ago(7_000 * HOUR, HOUR), 768, now)).toBe(5 * MINUTE)
  expect(leadOf(ago(8_760 * HOUR, 8_760 * HOUR), 500, now)).toBeGreaterThan(24 * HOUR)
})

test('a live quarter of an hour asks for no more than RAM has to spare', () => {
  expect(leadOf({ from: now - 15 * MINUTE, to: now }, 768, now)).toBeLessThan(20 * SECOND)
})
