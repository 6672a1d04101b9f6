import { expect, test } from 'bun:test'
import { MINUTE } from '@lumen/model/time'
import type { Thresholds } from '@lumen/protocol/http/alerts/thresholds'
import { type ReplayRule, replay, type Stretch } from './replay.ts'

const START = 1_790_000_040_000
const ABOVE: Thresholds = { direction: 'above', warning: 80, critical: 95, clear: null }
const NONE = Number.NaN

function stretch(avg: number[], stepMs = MINUTE, max: number[] | null = null, start = START): Stretch {
  return { start, stepMs, avg: Float64Array.from(avg), max: max && Float64Array.from(max) }
}

/** Level, start and end in minutes from the beginning, peak. */
function alerts(stretches: Stretch[], rule: Partial<ReplayRule> = {}) {
  const minutes = (at: number | null) => at && Math.round(((at - START) / MINUTE) * 100) / 100
  return replay(stretches, { thresholds: ABOVE, forMs: 0, noData: 'keep', ...rule }).map(
    ({ level, from, to, peak }) => [level, minutes(from) ?? 0, minutes(to), peak],
  )
}

test('a bucket past its threshold fires at its start and is over with the next good one', () => {
  expect(alerts([stretch([10, 90, 10])])).toEqual([['warning', 1, 2, 90]])
})

test('what still lasts has no end', () => {
  expect(alerts([stretch([10, 90])])).toEqual([['warning', 1, null, 90]])
})

test('the gravest level of an alert is told, with the worst value', () => {
  expect(alerts([stretch([90, 96, 99, 90, 10])])).toEqual([['critical', 0, 4, 99]])
})

test('a duration must be lasted out', () => {
  expect(alerts([stretch([90, 90, 10, 90, 90, 90, 10, 10])], { forMs: 2 * MINUTE })).toEqual([
    ['warning', 5, 7, 90],
  ])
})

test('one bad reading is enough without a duration, so the largest of a bucket counts', () => {
  expect(alerts([stretch([10, 10, 10], MINUTE, [20, 99, 20])])).toEqual([['critical', 1, 2, 99]])
})

test('with a duration of a step or more the average counts: a spike does not last', () => {
  expect(alerts([stretch([10, 10, 10], MINUTE, [99, 99, 99])], { forMs: MINUTE })).toEqual([])
})

test('a duration below the step is lasted out within a bucket, which is its largest value all along', () => {
  expect(alerts([stretch([10, 90, 10], 5 * MINUTE, [10, 91, 10])], { forMs: MINUTE })).toEqual([
    ['warning', 6, 11, 91],
  ])
})

test('below, averages count, for smallest values are not kept', () => {
  const thresholds: Thresholds = { direction: 'below', warning: 20, critical: null, clear: null }
  expect(alerts([stretch([30, 15, 12, 30], MINUTE, [30, 30, 30, 30])], { thresholds })).toEqual([
    ['warning', 1, 3, 12],
  ])
})

test('an alert goes on from five minutes into minutes', () => {
  const later = START + 10 * MINUTE
  expect(alerts([stretch([10, 90], 5 * MINUTE), stretch([90, 10], MINUTE, null, later)])).toEqual([
    ['warning', 5, 11, 90],
  ])
})

test('hysteresis holds as it does live', () => {
  const thresholds = { ...ABOVE, clear: 70 }
  expect(alerts([stretch([90, 75, 90, 75, 60])], { thresholds })).toEqual([['warning', 0, 4, 90]])
})

test('missing buckets keep, end or are an alert, as the rule says', () => {
  const gap = [stretch([90, NONE, NONE, 10])]
  expect(alerts(gap)).toEqual([['warning', 0, 3, 90]])
  expect(alerts(gap, { noData: 'resolve' })).toEqual([['warning', 0, 1, 90]])
  expect(alerts([stretch([NONE, 10, NONE, 10])], { noData: 'fire' })).toEqual([['warning', 2, 3, NONE]])
})

test('what is about to fire begins anew after missing buckets', () => {
  expect(alerts([stretch([90, NONE, 90, 90])], { forMs: 2 * MINUTE })).toEqual([])
})
