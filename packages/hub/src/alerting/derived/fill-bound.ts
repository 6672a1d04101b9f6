import { HOUR } from '@lumen/model/time'
import { LEAST_PER_HOUR } from './hours-until-full.ts'

/** Whether `hoursUntilFull` can be below so many hours at all: false is certain, true is not. For the many moments at which
 * nothing fills up, at a hundredth of the cost of a fit. The line's slope is the median of all pairs' slopes, so half of
 * the pairs must rise faster than what is left needs. A quarter of the points apart there are fewer pairs than that: some
 * pair farther apart rises too.
 * @param t bucket starts of one step, epoch ms @param percents NaN = missing */
export function mayFillWithin(
  t: ArrayLike<number>,
  percents: ArrayLike<number>,
  hours: number,
  stepMs: number,
): boolean {
  let known = 0
  let last = Number.NaN
  let least = Number.POSITIVE_INFINITY
  let most = Number.NEGATIVE_INFINITY
  for (let index = 0; index < percents.length; index++) {
    const percent = percents[index]!
    if (Number.isNaN(percent)) continue
    known += 1
    last = percent
    if (percent < least) least = percent
    if (percent > most) most = percent
  }
  const perHour = Math.max((100 - last) / hours, LEAST_PER_HOUR)
  const apartHours = (Math.floor(known / 4) * stepMs) / HOUR
  return most - least > perHour * apartHours * SLACK && isHalfSteeper(t, percents, perHour * SLACK)
}

/** What rounding may take from a bound. */
const SLACK = 1 - 1e-9

function isHalfSteeper(t: ArrayLike<number>, percents: ArrayLike<number>, perHour: number): boolean {
  const perMs = perHour / HOUR
  let pairs = 0
  let steeper = 0
  for (let i = 0; i < percents.length; i++) {
    const from = percents[i]!
    if (Number.isNaN(from)) continue
    const at = t[i]!
    for (let j = i + 1; j < percents.length; j++) {
      const rise = percents[j]! - from
      if (Number.isNaN(rise)) continue
      pairs += 1
      if (rise > perMs * (t[j]! - at)) steeper += 1
    }
  }
  return steeper >= Math.floor(pairs / 2)
}
