import { DAY, HOUR, MINUTE } from '@lumen/model/time'
import type { RuleSpec } from '@lumen/protocol/http/alerts/rule'
import type { Thresholds } from '@lumen/protocol/http/alerts/thresholds'
import type { Breath } from './breath.ts'
import { Crossings, upToDigits } from './crossings.ts'
import { replay, type Stretch } from './replay.ts'
import { toldWithin } from './told-within.ts'

/** In the values' unit. */
export interface Suggested {
  warning: number | null
  critical: number | null
  forMs: number
  perMonth: number
}

export interface SuggestRule {
  /** As the rule has them now. */
  thresholds: Thresholds
  forMs: number
  spec: Pick<RuleSpec, 'no_data' | 'schedule'>
}

const MONTH_MS = 30 * DAY
/** A shorter history says nothing about a month. */
const LEAST_COVERED_MS = 14 * DAY
const DURATIONS_MS = [0, MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR]
/** So many a month are about one. */
const FEWEST = 0.5
const MOST = 2.2

/** A threshold and duration that would have fired about once in a month over all these things: the rule's own duration if
 * there is such a threshold for it, else the nearest other one. What is found by counting crossings is then replayed.
 * null: none would, or history is too short to say. */
export async function suggest(
  things: readonly (readonly Stretch[])[],
  rule: SuggestRule,
  coveredMs: number,
  breath: Breath,
): Promise<Suggested | null> {
  if (coveredMs < LEAST_COVERED_MS) return null
  const { direction } = rule.thresholds
  const sign = direction === 'above' ? 1 : -1
  const others = DURATIONS_MS.filter((ms) => ms !== rule.forMs)
  others.sort((a, b) => Math.abs(a - rule.forMs) - Math.abs(b - rule.forMs))
  for (const forMs of [rule.forMs, ...others]) {
    const crossings = new Crossings(direction, forMs)
    for (const stretches of things) {
      crossings.add(stretches)
      await breath.pause()
    }
    const wanted = crossings.ranges().filter(({ count }) => isAboutOne(count, coveredMs))
    for (const range of wanted.slice(-3).reverse()) {
      const thresholds = withMildest(rule.thresholds, roundIn(range.from, range.to) * sign)
      let fired = 0
      for (const stretches of things) {
        fired += replay(stretches, { thresholds, forMs, noData: rule.spec.no_data }).filter(
          (alert) => toldWithin(rule.spec.schedule, alert) !== null,
        ).length
        await breath.pause()
      }
      if (!isAboutOne(fired, coveredMs)) continue
      const { warning, critical } = thresholds
      return { warning, critical, forMs, perMonth: (fired * MONTH_MS) / coveredMs }
    }
  }
  return null
}

function isAboutOne(count: number, coveredMs: number): boolean {
  const perMonth = (count * MONTH_MS) / coveredMs
  return perMonth >= FEWEST && perMonth <= MOST
}

/** The number with the fewest digits in `[from, to)`. */
function roundIn(from: number, to: number): number {
  for (const digits of [1, 2, 3]) {
    const rounded = upToDigits(from, digits)
    if (rounded < to) return rounded
  }
  return from
}

/** The same kind of thresholds, the mildest of which is this; a critical one stays where it is graver. */
function withMildest({ direction, warning, critical, clear }: Thresholds, mildest: number): Thresholds {
  const isBeyond = (value: number | null) =>
    value !== null && (direction === 'above' ? value > mildest : value < mildest)
  const isGood = clear !== null && (direction === 'above' ? clear < mildest : clear > mildest)
  const isGraverKept = warning !== null && isBeyond(critical)
  return {
    direction,
    warning: warning === null ? null : mildest,
    critical: warning === null ? mildest : isGraverKept ? critical : null,
    clear: isGood ? clear : null,
  }
}
