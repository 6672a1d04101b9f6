import type { AlertLevel, RuleSpec } from '@lumen/protocol/http/alerts/rule'
import type { Thresholds } from '@lumen/protocol/http/alerts/thresholds'
import { isGraver, type Level, levelOf, mildestOf } from '../evaluate.ts'
import { advance, CALM, ended, LONGEST_CALM_MS, type Track } from '../machine.ts'

/** A stretch of one thing's history in buckets of one length, fixed point, NaN = missing. */
export interface Stretch {
  /** Start of the first bucket, epoch ms. */
  start: number
  stepMs: number
  avg: Float64Array
  /** null where the catalogue keeps none. */
  max: Float64Array | null
}

/** An alert that would have been. */
export interface Replayed {
  /** The gravest it was. */
  level: AlertLevel
  from: number
  /** Null: it would fire now. */
  to: number | null
  /** The worst value, fixed point; NaN: unknown. */
  peak: number
}

export interface ReplayRule {
  thresholds: Thresholds
  forMs: number
  noData: RuleSpec['no_data']
  /** False: a bucket's value is one reading at its start, as of numbers that are worked out every five minutes. */
  isHeld?: boolean
}

/** What a bucket stands for: its largest value where one reading is enough to fire, for a rule whose duration is shorter
 * than the step; else its average, held from its start to its end. Smallest values are not kept, so `below` has averages. */
export function comparedOf(
  { avg, max, stepMs }: Stretch,
  { direction }: Thresholds,
  forMs: number,
): Float64Array {
  return direction === 'above' && max !== null && forMs < stepMs ? max : avg
}

/** Puts history through the machine the engine uses, oldest first. Each bucket is its value
 * held from its start to its end. Pure; costs about 20 ns for each bucket in which nothing is wrong. */
export function replay(stretches: readonly Stretch[], rule: ReplayRule): Replayed[] {
  const course = new Course(rule)
  for (const stretch of stretches) {
    const values = comparedOf(stretch, rule.thresholds, rule.forMs)
    const worst = rule.thresholds.direction === 'above' ? (stretch.max ?? stretch.avg) : stretch.avg
    for (let bucket = 0; bucket < values.length; bucket++) {
      const at = stretch.start + bucket * stretch.stepMs
      const value = values[bucket]!
      if (Number.isNaN(value)) course.missing(at)
      else course.reading(value, worst[bucket]!, at, stretch.stepMs)
    }
  }
  return course.alerts
}

/** One thing's way through the machine. */
class Course {
  readonly alerts: Replayed[] = []
  readonly #rule: ReplayRule
  #track: Track = CALM
  #open: Replayed | null = null
  #wasSeen = false

  constructor(rule: ReplayRule) {
    this.#rule = rule
  }

  reading(value: number, worst: number, at: number, stepMs: number): void {
    this.#wasSeen = true
    const { thresholds } = this.#rule
    const held = this.#track.phase === 'firing' ? this.#track.level : null
    const level = levelOf(thresholds, value, held)
    if (level === null && this.#track.phase === 'calm') return
    for (const readAt of this.#readings(at, stepMs)) {
      // What fires by then is held against what ends it.
      const firing = this.#track.phase === 'firing' ? this.#track.level : null
      this.#advance(levelOf(thresholds, value, firing), readAt)
    }
    if (this.#open !== null && isWorse(thresholds.direction, worst, this.#open.peak)) this.#open.peak = worst
  }

  missing(at: number): void {
    if (!this.#wasSeen) return
    const { noData, thresholds } = this.#rule
    if (noData === 'fire') this.#advance(this.#track.level ?? mildestOf(thresholds), at)
    else if (this.#track.phase === 'calm') return
    else if (noData === 'keep') this.#advance(undefined, at)
    else this.#turn(ended(this.#track, at), at)
  }

  /** Moments within a bucket at which something may become of it: its ends, and when a duration or calm time is over. */
  #readings(at: number, stepMs: number): number[] {
    const { forMs, isHeld } = this.#rule
    if (isHeld === false) return [at]
    const within = [Math.min(forMs, LONGEST_CALM_MS), forMs].filter((ms) => ms > 0 && ms < stepMs)
    return [at, ...within.map((ms) => at + ms), at + stepMs - 1]
  }

  #advance(level: Level | undefined, at: number): void {
    this.#turn(advance(this.#track, level, at, this.#rule.forMs), at)
  }

  #turn(next: Track, at: number): void {
    const { phase, level } = next
    this.#track = next
    if (phase === 'firing' && level !== null) {
      if (this.#open === null) {
        this.#open = { level, from: at, to: null, peak: Number.NaN }
        this.alerts.push(this.#open)
      } else if (isGraver(level, this.#open.level)) this.#open.level = level
    } else if (this.#open !== null) {
      this.#open.to = at
      this.#open = null
    }
  }
}

function isWorse(direction: Thresholds['direction'], value: number, than: number): boolean {
  if (Number.isNaN(value)) return false
  return Number.isNaN(than) || (direction === 'above' ? value > than : value < than)
}
