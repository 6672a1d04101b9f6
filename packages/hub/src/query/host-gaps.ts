import { findMetric } from '@lumen/model/metric'
import type { TimeRange } from '@lumen/model/time'
import type { QueryAnswer } from '@lumen/protocol/http/query'
import type { RangeAnswer, StoredEvent, Tsdb } from '@lumen/tsdb/api'
import type { HostRecord } from '../hosts/host-record.ts'
import { causesRange, gapCauses } from './gap-cause.ts'
import { withoutAwaited } from './live-edge.ts'

/** Any metric that every host has: gaps are the host's, not the metric's. */
const UPTIME = findMetric('host.uptime_s')!
const POINTS = 600

/** Where a host delivered nothing in `range`, each with its cause, oldest first. */
export async function hostGaps(
  tsdb: Tsdb,
  host: HostRecord,
  range: TimeRange,
  now: number,
): Promise<QueryAnswer['gaps']> {
  const { gaps } = await tsdb.query({ host: host.id, metrics: [UPTIME], key: '', range, points: POINTS })
  return withCauses(tsdb, host.id, withoutAwaited(gaps, host, range, now))
}

export async function withCauses(
  tsdb: Tsdb,
  host: number,
  gaps: readonly RangeAnswer['gaps'][number][],
): Promise<QueryAnswer['gaps']> {
  const first = gaps[0]
  const last = gaps.at(-1)
  if (first === undefined || last === undefined) return []
  const events: StoredEvent[] = await tsdb.events(host, causesRange({ from: first.from, to: last.to }))
  const causeOf = gapCauses(events)
  return gaps.map((gap) => ({ ...gap, cause: causeOf(gap) }))
}
