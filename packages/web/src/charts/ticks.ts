import type { Unit } from '@lumen/model/field'
import { DAY, HOUR, MINUTE, SECOND, type TimeRange } from '@lumen/model/time'

const SHORT_STEPS_MS: readonly number[] = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 4, 6, 12].map((n) => n * HOUR),
]
/** Whole days: of these a week begins on a Monday. */
const DAY_STEPS: readonly number[] = [1, 2, 7, 14]
const MONTH_STEPS: readonly number[] = [1, 2, 3, 6, 12, 24]
/** Of a month, for choosing; months have their own lengths. */
const MONTH_MS = 30.4 * DAY
/** A Monday long ago, from which whole days are counted. */
const MONDAY = [2001, 0, 1] as const

export interface TimeTicks {
  /** Distance of two ticks; of months, about. */
  stepMs: number
  at: number[]
}

/** Round instants of the reader's own zone within the window, at most `most` of them. Hours follow the wall
 * clock also on the day it is set, so there an interval may be an hour longer or shorter. */
export function timeTicks(window: TimeRange, most: number): TimeTicks {
  const wanted = (window.to - window.from) / Math.max(1, most)
  const stepMs = SHORT_STEPS_MS.find((step) => step >= wanted)
  if (stepMs !== undefined)
    return { stepMs, at: stepMs < HOUR ? secondsAt(window, stepMs) : hoursAt(window, stepMs) }
  const days = DAY_STEPS.find((step) => step * DAY >= wanted)
  if (days !== undefined) return { stepMs: days * DAY, at: daysAt(window, days) }
  const months = MONTH_STEPS.find((step) => step * MONTH_MS >= wanted) ?? MONTH_STEPS.at(-1)!
  return { stepMs: months * MONTH_MS, at: monthsAt(window, months) }
}

function secondsAt({ from, to }: TimeRange, stepMs: number): number[] {
  const at: number[] = []
  const zoneMs = new Date(from).getTimezoneOffset() * MINUTE
  for (let t = Math.ceil((from - zoneMs) / stepMs) * stepMs + zoneMs; t <= to; t += stepMs) at.push(t)
  return at
}

function hoursAt(window: TimeRange, stepMs: number): number[] {
  const day = new Date(window.from)
  const hours = stepMs / HOUR
  return within(window, (i) => new Date(day.getFullYear(), day.getMonth(), day.getDate(), i * hours))
}

function daysAt(window: TimeRange, days: number): number[] {
  const [year, month, monday] = MONDAY
  const first = new Date(window.from)
  const noon = new Date(first.getFullYear(), first.getMonth(), first.getDate(), 12).getTime()
  const passed = Math.floor((noon - new Date(year, month, monday).getTime()) / DAY / days) * days
  return within(window, (i) => new Date(year, month, monday + passed + i * days))
}

function monthsAt(window: TimeRange, months: number): number[] {
  const first = new Date(window.from)
  const passed = Math.floor((first.getFullYear() * 12 + first.getMonth()) / months) * months
  return within(window, (i) => new Date(0, passed - 1900 * 12 + i * months, 1))
}

/** Those of an ascending row of dates that lie in the window, each once. */
function within({ from, to }: TimeRange, dateOf: (index: number) => Date): number[] {
  const at: number[] = []
  for (let i = 0; ; i++) {
    const t = dateOf(i).getTime()
    if (t > to) return at
    if (t >= from && t !== at[at.length - 1]) at.push(t)
  }
}

export interface ValueTicks {
  min: number
  max: number
  at: number[]
}

/** How the top of a y axis is found. `percent`: 0 to 100, always. `share`: a percentage that is small as a
 * rule (pressure): the smallest of 10, 25, 50, 100 that holds the data. `auto`: from zero to a round number.
 * `near`: does not start at zero (temperatures). */
export type ValueAxis = 'percent' | 'share' | 'auto' | 'near'

/** The axis for data between `low` and `high` (NaN when there is none); `isMirrored` draws some of it below
 * zero and makes both sides alike. `floor` is the least top worth drawing, in the unit. */
export function valueTicks(
  axis: ValueAxis,
  unit: Unit,
  low: number,
  high: number,
  options: { intervals?: number; isMirrored?: boolean; floor?: number; limit?: number } = {},
): ValueTicks {
  const { intervals = 4, isMirrored = false, floor = FLOOR[unit] ?? 1, limit } = options
  if (axis === 'percent') return evenly(0, 100, intervals > 2 ? 25 : 50)
  if (axis === 'share') {
    const top = [10, 25, 50].find((candidate) => !(high > candidate)) ?? 100
    return evenly(0, top, top === 25 ? 12.5 : top / 2)
  }
  const base = unit === 'bytes' ? 1024 : 1000
  if (isMirrored) {
    const reach = Math.max(Math.abs(low) || 0, Math.abs(high) || 0, floor)
    const step = roundStep(reach / Math.max(1, Math.floor(intervals / 2)), base)
    const top = Math.ceil(reach / step - 1e-9) * step
    return evenly(-top, top, step)
  }
  if (axis === 'near' && !Number.isNaN(low)) {
    const spread = Math.max(high - low, floor)
    const step = roundStep(spread / Math.max(1, intervals - 1), base)
    return evenly(Math.floor(low / step) * step, Math.ceil((high + step * 0.1) / step) * step, step)
  }
  const reach = Math.max(high || 0, floor)
  const held = limit !== undefined && limit >= reach ? limit : reach
  const step = roundStep(held / intervals, base)
  return evenly(0, Math.ceil(held / step - 1e-9) * step, step)
}

/** Tops below these would make noise look like load. */
const FLOOR: Partial<Record<Unit, number>> = {
  load: 1,
  bytes_per_second: 1000,
  per_second: 1,
  milliseconds: 4,
  celsius: 12,
  rpm: 400,
  bytes: 1024,
  count: 4,
}

/** The smallest 1, 2 or 5 × 10ⁿ that is at least `size`, or 1, 2, 4, 8 … × 1024ⁿ for bytes. */
export function roundStep(size: number, base: number): number {
  if (base === 1024) return 2 ** Math.ceil(Math.log2(size) - 1e-9)
  const power = 10 ** Math.floor(Math.log10(size) + 1e-9)
  const factor = [1, 2, 5].find((candidate) => candidate * power >= size * (1 - 1e-9)) ?? 10
  return factor * power
}

function evenly(min: number, max: number, step: number): ValueTicks {
  const count = Math.floor((max - min) / step + 1e-9)
  return { min, max, at: Array.from({ length: count + 1 }, (_, i) => min + i * step) }
}
