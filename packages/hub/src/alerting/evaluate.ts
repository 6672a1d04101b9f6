import type { AlertLevel } from '@lumen/protocol/http/alerts/rule'
import type { Thresholds } from '@lumen/protocol/http/alerts/thresholds'

/** How bad one reading is by itself; null: nothing is wrong. */
export type Level = AlertLevel | null

/** How bad a value is. Undefined for NaN: unknown, which is neither bad nor good.
 * @param held the level that fires now, for which `clear` counts; null when none does */
export function levelOf(thresholds: Thresholds, value: number, held: Level): Level | undefined {
  if (Number.isNaN(value)) return undefined
  const { direction, warning, critical, clear } = thresholds
  if (critical !== null && isPast(direction, value, critical)) return 'critical'
  if (warning !== null && isPast(direction, value, warning)) return 'warning'
  if (held !== null && clear !== null && isPast(direction, value, clear)) return mildestOf(thresholds)
  return null
}

/** The threshold a level of these thresholds is past, or null. */
export function thresholdOf(thresholds: Thresholds, level: AlertLevel): number | null {
  return thresholds[level] ?? thresholds.warning ?? thresholds.critical
}

/** The mildest level they know; null when they know none. */
export function mildestOf({ warning, critical }: Thresholds): Level {
  if (warning !== null) return 'warning'
  return critical === null ? null : 'critical'
}

export function isGraver(one: Level, than: Level): boolean {
  return rankOf(one) > rankOf(than)
}

/** 0 nothing, 1 warning, 2 critical. */
export function rankOf(level: Level): 0 | 1 | 2 {
  if (level === null) return 0
  return level === 'warning' ? 1 : 2
}

/** The number of a change that its thresholds are held against: percent in the direction that is asked about. */
export function changeCompared(direction: 'up' | 'down' | 'either', percent: number): number {
  if (direction === 'either') return Math.abs(percent)
  return direction === 'up' ? percent : -percent
}

/** The same thresholds for values in fixed point. */
export function scaleThresholds(thresholds: Thresholds, scale: number): Thresholds {
  const scaled = (value: number | null) => (value === null ? null : Math.round(value * scale * 1e6) / 1e6)
  return {
    direction: thresholds.direction,
    warning: scaled(thresholds.warning),
    critical: scaled(thresholds.critical),
    clear: scaled(thresholds.clear),
  }
}

function isPast(direction: Thresholds['direction'], value: number, threshold: number): boolean {
  return direction === 'above' ? value > threshold : value < threshold
}
