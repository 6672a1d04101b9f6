import type { Condition } from '@lumen/protocol/http/alerts/rule'
import type { Thresholds } from '@lumen/protocol/http/alerts/thresholds'
import {
  CHANGE_AGO_MS,
  CHANGE_SPAN_MS,
  CHANGE_STEP_MS,
  changeInPercent,
} from '../derived/change-in-percent.ts'
import { DERIVED_EVERY_MS } from '../derived/derived-every.ts'
import { mayFillWithin } from '../derived/fill-bound.ts'
import { FILL_SPAN_MS, FILL_STEP_MS, hoursUntilFull, isFillKnown } from '../derived/hours-until-full.ts'
import { changeCompared } from '../evaluate.ts'
import type { Breath } from './breath.ts'
import type { Stretch } from './replay.ts'

type DerivedCondition = Extract<Condition, { kind: 'fills' | 'changes' }>

/** History in steps of five minutes, one value at each. Its buckets and the moments of working out fall together. */
export interface FiveMinutes {
  /** Start of the first, epoch ms. */
  start: number
  /** Averages in the metric's unit, NaN = missing. */
  values: Float64Array
}

/** How far back before its first moment a number of this kind looks. */
export function lookBackMs({ kind }: DerivedCondition): number {
  return kind === 'fills' ? FILL_SPAN_MS : CHANGE_AGO_MS + CHANGE_SPAN_MS
}

/** Fits that one rehearsal may make: half a millisecond each. */
const MOST_FITS = 20_000

/** Works out the numbers of a rule as they would have been every five minutes: the same functions as live, over rollups. A
 * disk's hours are only worked out where a bound says that they may be too few; everywhere else it is told as never full. */
export class DerivedHistory {
  readonly #condition: DerivedCondition
  readonly #breath: Breath
  #fitsLeft: number

  constructor(condition: DerivedCondition, breath: Breath, mostFits = MOST_FITS) {
    this.#condition = condition
    this.#breath = breath
    this.#fitsLeft = mostFits
  }

  /** More fits were wanted than one rehearsal may make: what was worked out since is not true. */
  get isExhausted(): boolean {
    return this.#fitsLeft < 0
  }

  /** One thing's numbers at every five minutes of `[from, to]`, each what is known up to then. NaN where the thing was not
   * there just before, or too little was known.
   * @throws the signal's reason */
  async of(history: FiveMinutes, thresholds: Thresholds, from: number, to: number): Promise<Stretch> {
    const start = Math.ceil(from / DERIVED_EVERY_MS) * DERIVED_EVERY_MS
    const avg = new Float64Array(Math.max(0, Math.floor((to - start) / DERIVED_EVERY_MS) + 1))
    const workOut =
      this.#condition.kind === 'fills' ? this.#fills(history, thresholds) : this.#changes(history)
    for (let index = 0; index < avg.length && !this.isExhausted; index++) {
      const at = start + index * DERIVED_EVERY_MS
      const fitsLeft = this.#fitsLeft
      const isThere = !Number.isNaN(history.values[(at - history.start) / CHANGE_STEP_MS - 1] ?? Number.NaN)
      avg[index] = isThere ? workOut(at) : Number.NaN
      if (index % MOMENTS_A_BREATH === 0 || fitsLeft !== this.#fitsLeft) await this.#breath.pause()
    }
    return { start, stepMs: DERIVED_EVERY_MS, avg, max: null }
  }

  #changes({ start, values }: FiveMinutes): (at: number) => number {
    if (this.#condition.kind !== 'changes') throw new TypeError('asked for changes of something else')
    const { direction, least } = this.#condition
    const buckets = CHANGE_SPAN_MS / CHANGE_STEP_MS
    const hourBefore = (at: number) => {
      const end = (at - start) / CHANGE_STEP_MS
      if (end >= buckets) return values.subarray(end - buckets, end)
      // Before history began there is nothing, not less of an hour.
      return Float64Array.from({ length: buckets }, (_, n) => values[end - buckets + n] ?? Number.NaN)
    }
    return (at) =>
      changeCompared(direction, changeInPercent(hourBefore(at), hourBefore(at - CHANGE_AGO_MS), least))
  }

  #fills(history: FiveMinutes, { warning, critical }: Thresholds): (at: number) => number {
    const withinHours = warning ?? critical ?? 0
    const { t, percents } = quartersOf(history)
    const patch = (bucket: number, at: number) => {
      const [start, since] = [t[bucket]!, at - FILL_SPAN_MS]
      const whole = percents[bucket]!
      percents[bucket] = averageIn(history, Math.max(start, since), Math.min(start + FILL_STEP_MS, at))
      return whole
    }
    return (at) => {
      const first = Math.max(0, Math.floor((at - FILL_SPAN_MS - t[0]!) / FILL_STEP_MS))
      const last = Math.ceil((at - t[0]!) / FILL_STEP_MS) - 1
      // Of the first and the last a part lies outside the day.
      const [firstWhole, lastWhole] = [patch(first, at), patch(last, at)]
      const [times, known] = [t.subarray(first, last + 1), percents.subarray(first, last + 1)]
      const hours = this.#hours(times, known, withinHours, at)
      percents[last] = lastWhole
      percents[first] = firstWhole
      return hours
    }
  }

  #hours(t: Float64Array, percents: Float64Array, withinHours: number, at: number): number {
    if (!isFillKnown(t, percents)) return Number.NaN
    if (!mayFillWithin(t, percents, withinHours, FILL_STEP_MS)) return Number.POSITIVE_INFINITY
    this.#fitsLeft -= 1
    return hoursUntilFull(t, percents, at)
  }
}

/** The same history in the steps of a fit, whole ones. */
function quartersOf(history: FiveMinutes): { t: Float64Array; percents: Float64Array } {
  const { start, values } = history
  const end = start + values.length * CHANGE_STEP_MS
  const first = Math.floor(start / FILL_STEP_MS) * FILL_STEP_MS
  const t = Float64Array.from(
    { length: Math.ceil((end - first) / FILL_STEP_MS) },
    (_, n) => first + n * FILL_STEP_MS,
  )
  return { t, percents: t.map((at) => averageIn(history, at, at + FILL_STEP_MS)) }
}

/** A look at a day of one thing takes some microseconds. */
const MOMENTS_A_BREATH = 100

function averageIn({ start, values }: FiveMinutes, from: number, to: number): number {
  const end = (to - start) / CHANGE_STEP_MS
  let known = 0
  let sum = 0
  for (let index = Math.max(0, (from - start) / CHANGE_STEP_MS); index < end; index++) {
    const value = values[index] ?? Number.NaN
    if (Number.isNaN(value)) continue
    known += 1
    sum += value
  }
  return sum / known
}

/** What was read in parts, as one row of five minutes of which `from` is one's start; in the metric's unit.
 * @param stretches in steps of five minutes, fixed point */
export function fiveMinutesOf(stretches: readonly Stretch[], scale: number): FiveMinutes {
  const start = Math.min(...stretches.map((stretch) => stretch.start))
  const end = Math.max(...stretches.map((stretch) => stretch.start + stretch.avg.length * stretch.stepMs))
  const values = new Float64Array((end - start) / CHANGE_STEP_MS).fill(Number.NaN)
  for (const { start: at, avg } of stretches) {
    const offset = (at - start) / CHANGE_STEP_MS
    for (let bucket = 0; bucket < avg.length; bucket++) values[offset + bucket] = avg[bucket]! / scale
  }
  return { start, values }
}
