import { join } from 'node:path'
import { scaleOf } from '@lumen/model/fixed-point'
import { findMetric } from '@lumen/model/metric'
import { DAY, MINUTE, type TimeRange } from '@lumen/model/time'
import { silentLog } from '@lumen/std/log'
import { FakeClock } from '@lumen/testkit/fake-clock'
import type { RangeSeries, Tsdb } from '@lumen/tsdb/api'
import { openTsdb } from '@lumen/tsdb/open'
import { labelsOf } from '../remote-write.ts'
import type { ImportedSeries } from '../victoria-metrics.ts'
import type { FilledHub } from './filled-hub.ts'
import { RETENTION, TIMELINE } from './timeline.ts'

export const CHART_METRICS = [
  'host.cpu_pct',
  'host.mem_used_bytes',
  'host.net_rx_bytes_per_s',
  'host.load1',
] as const

/** One ms into the bucket, so that a peer's windows, open at their start, hold what ours do. */
export const PEER_SHIFT_MS = 1

/** The averages our query answers, by five minutes and for the last day by the minute, for a peer to store. */
export async function* chartValues({ dataDir, hosts, yearHosts }: FilledHub): AsyncGenerator<ImportedSeries> {
  const { now, monthFrom, yearFrom } = TIMELINE
  await using store = await openTsdb({
    dir: join(dataDir, 'tsdb'),
    clock: new FakeClock(now),
    log: silentLog,
    retention: RETENTION,
    autoFlush: false,
  })
  for (const host of hosts) {
    const from = yearHosts.includes(host) ? yearFrom : monthFrom
    const coarse = await averages(store, host, { from, to: now - DAY }, 5 * MINUTE)
    const fine = await averages(store, host, { from: now - DAY, to: now }, MINUTE)
    for (const name of CHART_METRICS) {
      const early = coarse.get(name)!
      const late = fine.get(name)!
      yield {
        labels: labelsOf(host, name, ''),
        timestamps: [...early.timestamps, ...late.timestamps],
        values: [...early.values, ...late.values],
      }
    }
  }
}

async function averages(store: Tsdb, host: number, range: TimeRange, stepMs: number) {
  const metrics = CHART_METRICS.map((name) => findMetric(name)!)
  const points = (range.to - range.from) / stepMs
  const answer = await store.query({ host, metrics, key: null, range, points })
  if (answer.stepMs !== stepMs) throw new Error(`the store answered by ${answer.stepMs} ms`)
  const columns = answer.series.map((series) => [series.metric.name, inUnits(answer.t, series)] as const)
  return new Map<string, ReturnType<typeof inUnits>>(columns)
}

/** What is there, rounded to the catalogue's decimals as the HTTP call does. */
export function inUnits(t: readonly number[], { metric, avg }: Pick<RangeSeries, 'metric' | 'avg'>) {
  const scale = scaleOf(metric.spec)
  const timestamps: number[] = []
  const values: number[] = []
  for (const [index, value] of avg.entries()) {
    if (Number.isNaN(value)) continue
    timestamps.push(t[index]! + PEER_SHIFT_MS)
    values.push(Math.round(value) / scale)
  }
  return { timestamps, values }
}
