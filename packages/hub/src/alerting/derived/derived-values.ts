import { scaleOf } from '@lumen/model/fixed-point'
import { matchesGlob } from '@lumen/std/glob'
import type { Tsdb } from '@lumen/tsdb/api'
import type { Check } from '../check.ts'
import { changeCompared } from '../evaluate.ts'
import { CHANGE_AGO_MS, CHANGE_SPAN_MS, CHANGE_STEP_MS, changeInPercent } from './change-in-percent.ts'
import { FILL_SPAN_MS, FILL_STEP_MS, hoursUntilFull } from './hours-until-full.ts'

/** What was worked out for one thing: hours until full, or percent of change as its thresholds compare it. NaN: cannot be
 * known now; Infinity: never full. */
export interface DerivedValue {
  key: string
  value: number
}

const FILL_POINTS = FILL_SPAN_MS / FILL_STEP_MS

/** Works out the numbers of one rule on one host from stored history, for the things its newest reading names. One or two
 * queries, which the store answers from its own threads. */
export async function derivedValues(tsdb: Tsdb, check: Check, now: number): Promise<DerivedValue[]> {
  const { source, hostId, spec } = check
  if (source.kind !== 'derived' || hostId === null) return []
  const rows = tsdb.latest(hostId)?.rows ?? []
  const keys = rows
    .filter(({ entity, key }) => entity === check.entity && matchesGlob(check.key, key))
    .map(({ key }) => key)
  if (keys.length === 0) return []
  const { metric } = source
  const ask = (from: number, to: number, points: number) =>
    tsdb.query({ host: hostId, metrics: [metric], key: null, range: { from, to }, points })
  const scale = scaleOf(metric.spec)
  if (spec.condition.kind === 'fills') {
    const { t, series } = await ask(now - FILL_SPAN_MS, now, FILL_POINTS)
    return keys.map((key) => {
      const found = series.find((each) => each.key === key)
      const percents = found?.avg.map((value) => value / scale) ?? []
      return { key, value: hoursUntilFull(t, percents, now) }
    })
  }
  if (spec.condition.kind !== 'changes') return []
  const { direction, least } = spec.condition
  const points = CHANGE_SPAN_MS / CHANGE_STEP_MS
  const [recent, earlier] = await Promise.all([
    ask(now - CHANGE_SPAN_MS, now, points),
    ask(now - CHANGE_AGO_MS - CHANGE_SPAN_MS, now - CHANGE_AGO_MS, points),
  ])
  return keys.map((key) => {
    const of = (answer: typeof recent) => answer.series.find((each) => each.key === key)?.avg ?? []
    const percent = changeInPercent(of(recent), of(earlier), least * scale)
    return { key, value: changeCompared(direction, percent) }
  })
}
