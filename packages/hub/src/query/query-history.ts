import { scaleOf } from '@lumen/model/fixed-point'
import { findMetric, type Metric } from '@lumen/model/metric'
import { chooseStep, DAY, MINUTE, type TimeRange } from '@lumen/model/time'
import type { QueryAnswer } from '@lumen/protocol/http/query'
import type { Clock } from '@lumen/std/clock'
import { errorCode, errorMessage } from '@lumen/std/error'
import type { Tsdb } from '@lumen/tsdb/api'
import { MAX_CELLS } from '@lumen/tsdb/plan/bucket-set'
import type { HostRecord } from '../hosts/host-record.ts'
import type { HostRegistry } from '../hosts/host-registry.ts'
import { Refusal } from '../refusal.ts'
import { withCauses } from './host-gaps.ts'
import { withoutAwaited } from './live-edge.ts'

const MAX_METRICS = 64
const MAX_SPAN_MS = 3_660 * DAY
const DEFAULT_POINTS = 600
/** Numbers one answer may carry: some 30 MB of JSON. */
const MAX_VALUES = 2 * MAX_CELLS

export interface HistoryQuery {
  host: string
  metrics: string
  key?: string | undefined
  from: number
  to: number
  points?: number | undefined
}

/** Answers the query call: one host's metrics as columns, with every gap's cause.
 * @throws {Refusal} 404 `host_unknown`, 400 `metric_unknown`, `range_invalid`, `answer_too_large` */
export async function queryHistory(
  { tsdb, registry, clock }: { tsdb: Tsdb; registry: HostRegistry; clock: Clock },
  query: HistoryQuery,
): Promise<QueryAnswer> {
  const host = hostOf(registry, query.host)
  const metrics = parseMetrics(query.metrics)
  const range = checkRange(query)
  const key = query.key === undefined || query.key === '*' ? null : query.key
  const points = query.points ?? DEFAULT_POINTS
  checkSize(countSeries(tsdb, host.id, metrics, key), fewestSteps(range, points))
  const answer = await tsdb.query({ host: host.id, metrics, key, range, points }).catch((fault: unknown) => {
    throw errorCode(fault) === 'answer_too_large' ? tooLarge(errorMessage(fault)) : fault
  })
  checkSize(answer.series.length, answer.t.length)
  return {
    from: range.from,
    to: range.to,
    step_ms: answer.stepMs,
    tiers: answer.tiers,
    t: answer.t,
    series: answer.series.map(({ metric, key: seriesKey, avg, max }) => ({
      entity: metric.entity,
      key: seriesKey,
      metric: metric.field,
      unit: metric.spec.unit,
      avg: toUnits(avg, metric),
      max: max === null ? null : toUnits(max, metric),
    })),
    gaps: await withCauses(tsdb, host.id, withoutAwaited(answer.gaps, host, range, clock.now())),
  }
}

/** A host by id, or by name where no host has that id.
 * @throws {Refusal} 404 `host_unknown` */
export function hostOf(registry: HostRegistry, idOrName: string): HostRecord {
  const byId = /^\d{1,15}$/.test(idOrName) ? registry.get(Number(idOrName)) : undefined
  const host = byId ?? registry.find(idOrName)
  if (host === undefined) throw new Refusal(404, 'host_unknown', 'There is no host with this id or name')
  return host
}

/** @throws {Refusal} 400 `range_invalid` */
export function checkRange({ from, to }: TimeRange): TimeRange {
  const refuse = (path: string, message: string) =>
    new Refusal(400, 'range_invalid', `The range is invalid: ${path} ${message}`, {
      errors: [{ path, message }],
    })
  if (!Number.isSafeInteger(from) || from < 0) throw refuse('from', 'is no time in epoch milliseconds')
  if (!Number.isSafeInteger(to) || to > 8.64e15) throw refuse('to', 'is no time in epoch milliseconds')
  if (to <= from) throw refuse('to', 'is not after from')
  if (to - from > MAX_SPAN_MS) throw refuse('from', 'is more than ten years before to')
  return { from, to }
}

/** @throws {Refusal} 400 `answer_too_large` */
function checkSize(series: number, points: number): void {
  if (series * points * 2 <= MAX_VALUES) return
  throw tooLarge(
    `The answer has ${series} series of ${points} points: ask for one key, fewer metrics or fewer points`,
  )
}

function tooLarge(message: string): Refusal {
  return new Refusal(400, 'answer_too_large', message)
}

/** How many series the newest reading of the host has of these metrics: what a wide answer is refused by before
 * the store builds it. Series that are gone are found only by the store, which stops where they become too many. */
function countSeries(tsdb: Tsdb, hostId: number, metrics: readonly Metric[], key: string | null): number {
  const rows = tsdb.latest(hostId)?.rows ?? []
  const keys = new Map<string, number>()
  for (const row of rows) {
    if (key === null || row.key === key) keys.set(row.entity, (keys.get(row.entity) ?? 0) + 1)
  }
  return metrics.reduce((sum, { entity }) => sum + (keys.get(entity) ?? 0), 0)
}

/** Steps the answer has at least: the newest minutes are kept finer, all else by the minute. */
function fewestSteps(range: TimeRange, points: number): number {
  return Math.floor((range.to - range.from) / chooseStep(range, points, MINUTE))
}

function parseMetrics(list: string): Metric[] {
  const names = [...new Set(list.split(',').map((name) => name.trim()))].filter((name) => name !== '')
  const unknown = names.filter((name) => findMetric(name) === undefined)
  if (unknown.length > 0 || names.length === 0 || names.length > MAX_METRICS) {
    const message =
      unknown.length > 0
        ? `has no metric named ${unknown[0]}`
        : `has ${names.length} metrics, wanted 1 to ${MAX_METRICS}`
    throw new Refusal(400, 'metric_unknown', `The list of metrics ${message}`, {
      errors: [{ path: 'metrics', message }],
    })
  }
  return names.map((name) => findMetric(name)!)
}

/** Fixed point → catalogue units with the field's decimals; NaN → null. */
function toUnits(values: Float64Array, metric: Metric): (number | null)[] {
  const scale = scaleOf(metric.spec)
  const units = new Array<number | null>(values.length)
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!
    units[at] = Number.isNaN(value) ? null : Math.round(value) / scale
  }
  return units
}
