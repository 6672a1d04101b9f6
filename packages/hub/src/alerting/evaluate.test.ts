import { expect, test } from 'bun:test'
import { type Thresholds, thresholdsOf } from '@lumen/protocol/http/alerts/thresholds'
import { levelOf, scaleThresholds, thresholdOf } from './evaluate.ts'

const above = (more: Partial<Thresholds> = {}): Thresholds => ({
  direction: 'above',
  warning: 80,
  critical: 90,
  clear: null,
  ...more,
})

test('a level is reached beyond its threshold, not at it, whichever way it is bad', () => {
  expect([80, 80.01, 90, 90.01].map((value) => levelOf(above(), value, null))).toEqual([
    null,
    'warning',
    'warning',
    'critical',
  ])
  const below = above({ direction: 'below', warning: 20, critical: 10 })
  expect([20, 19.9, 10, 9.9].map((value) => levelOf(below, value, null))).toEqual([
    null,
    'warning',
    'warning',
    'critical',
  ])
})

test('while it fires it is over only on the good side of the clear threshold', () => {
  const rule = above({ clear: 75 })
  expect(levelOf(rule, 78, null)).toBeNull()
  expect(levelOf(rule, 78, 'critical')).toBe('warning')
  expect(levelOf(rule, 75, 'warning')).toBeNull()
  expect(levelOf(above({ warning: null, clear: 75 }), 78, 'critical')).toBe('critical')
})

test('what is missing is unknown, not good', () => {
  expect(levelOf(above(), Number.NaN, 'warning')).toBeUndefined()
})

test('values and thresholds in fixed point compare as they are written', () => {
  const scaled = scaleThresholds(above({ direction: 'below', warning: 1.1, critical: 0.29 }), 100)
  expect(levelOf(scaled, 110, null)).toBeNull()
  expect(levelOf(scaled, 109, null)).toBe('warning')
  expect(levelOf(scaled, 29, null)).toBe('warning')
})

test('a host’s own thresholds take the place of the rule’s, null taking one away', () => {
  const condition = {
    kind: 'threshold',
    metric: 'host.cpu_pct',
    key: '*',
    direction: 'above',
    warning: 80,
    critical: 90,
    clear: 70,
  } as const
  expect(thresholdsOf(condition, { host_id: 1, is_enabled: true, warning: null, critical: 95 })).toEqual({
    direction: 'above',
    warning: null,
    critical: 95,
    clear: 70,
  })
})

test('the threshold shown for a level that hysteresis holds is the mildest', () => {
  expect(thresholdOf(above(), 'critical')).toBe(90)
  expect(thresholdOf(above({ warning: null }), 'warning')).toBe(90)
})
