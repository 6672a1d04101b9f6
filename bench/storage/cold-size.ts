import { Database } from 'bun:sqlite'
import { join } from 'node:path'
import type { EntityName } from '@lumen/model/catalog'
import { scaleOf } from '@lumen/model/fixed-point'
import { layoutOf } from '@lumen/model/metric'
import { DAY, MINUTE, SECOND, type TimeRange } from '@lumen/model/time'
import { silentLog } from '@lumen/std/log'
import { FakeClock } from '@lumen/testkit/fake-clock'
import { SimulatedHistory } from '@lumen/testkit/simulated-history'
import { tempDir } from '@lumen/testkit/temp-dir'
import type { Tsdb } from '@lumen/tsdb/api'
import { openTsdb } from '@lumen/tsdb/open'
import { labelsOf } from '../remote-write.ts'
import { type Figure, figure } from '../result.ts'
import { type ImportedSeries, startVictoriaMetrics } from '../victoria-metrics.ts'
import { PEER } from './charts.ts'
import { RETENTION, TIMELINE } from './timeline.ts'

const HOSTS = 2
/** As agents read, so that averages, remainders, counts and maxima are what they are in a real store. */
const INTERVAL_MS = 5 * SECOND

interface EntitySize {
  entity: EntityName
  values: number
  bytes: number
  peerBytes: number | null
}

/** A month of two hosts read every 5 s, merged into one file an entity, beside a peer that holds the same averages and
 * maxima of five minutes. */
export async function coldSizeFigures(say: (line: string) => void): Promise<Figure[]> {
  await using data = await tempDir('lumen-bench-')
  const clock = new FakeClock(TIMELINE.monthFrom)
  const options = { dir: data.path, clock, log: silentLog, retention: RETENTION, autoFlush: false }
  {
    await using store = await openTsdb(options)
    const hosts = Array.from({ length: HOSTS }, (_, index) => ({ id: index + 1 }))
    const history = new SimulatedHistory({ store, clock, hosts })
    await history.run({ to: TIMELINE.monthTo, intervalMs: INTERVAL_MS, flushEveryMs: 30 * MINUTE })
    clock.advance(DAY + MINUTE)
    await store.compact()
  }
  const sizes: EntitySize[] = []
  await using store = await openTsdb(options)
  for (const { entity, bytes } of fileSizes(data.path)) {
    const series: ImportedSeries[] = []
    for (let host = 1; host <= HOSTS; host++) series.push(...(await stored(store, host, entity)))
    const values = series.reduce((sum, each) => sum + each.values.length, 0)
    sizes.push({ entity, bytes, values, peerBytes: await peerSize(series, values) })
    say(`storage: ${entity} ${(bytes / values).toFixed(2)} bytes a value`)
  }
  const all = (of: (size: EntitySize) => number) => sizes.reduce((sum, size) => sum + of(size), 0)
  const peerBytes = sizes.some((size) => size.peerBytes === null) ? null : all((size) => size.peerBytes!)
  const total = { values: all(({ values }) => values), bytes: all(({ bytes }) => bytes), peerBytes }
  return [
    sizeFigure('cold tier, bytes per value', total, true),
    ...sizes.map((size) => sizeFigure(`cold tier, bytes per value of ${size.entity}`, size, false)),
  ]
}

function sizeFigure(name: string, size: Omit<EntitySize, 'entity'>, isTarget: boolean): Figure {
  const { values, bytes, peerBytes } = size
  return figure({
    group: 'storage',
    name,
    unit: 'B',
    values: [bytes / values],
    peer: { name: PEER, values: peerBytes === null ? [] : [peerBytes / values] },
    ...(isTarget && { target: { of: 'ratio', atMost: 1 } }),
    note:
      `${values} averages and maxima of ${HOSTS} hosts in a month, read every ${INTERVAL_MS / SECOND} s; files ` +
      'and their index in the manifest, counts and exact sums included; the peer without its index of series',
  })
}

/** What the manifest lists, its own copy of each index included. */
function fileSizes(dir: string): { entity: EntityName; bytes: number }[] {
  using db = new Database(join(dir, 'hot.db'), { readonly: true })
  return db
    .query<{ entity: EntityName; bytes: number }, []>(
      'SELECT entity, sum(bytes + length(idx)) AS bytes FROM cold_file GROUP BY entity ORDER BY bytes DESC',
    )
    .all()
}

/** Averages, and maxima where they are kept, in units and by five minutes, as queries answer them. */
async function stored(store: Tsdb, host: number, entity: EntityName): Promise<ImportedSeries[]> {
  const range: TimeRange = { from: TIMELINE.monthFrom, to: TIMELINE.monthTo }
  const metrics = layoutOf(entity).metrics.filter(({ spec }) => spec.isPersisted)
  const points = (range.to - range.from) / (5 * MINUTE)
  const { t, series } = await store.query({ host, metrics, key: null, range, points })
  return series.flatMap(({ metric, key, avg, max }) =>
    [avg, ...(max === null ? [] : [max])].map((values, index) => {
      const there = t.flatMap((at, bucket) => (Number.isNaN(values[bucket]) ? [] : [{ at, bucket }]))
      return {
        labels: labelsOf(host, index === 0 ? metric.name : `${metric.name}_max`, key),
        timestamps: there.map(({ at }) => at),
        values: there.map(({ bucket }) => Math.round(values[bucket]!) / scaleOf(metric.spec)),
      }
    }),
  )
}

async function peerSize(series: ImportedSeries[], values: number): Promise<number | null> {
  await using dir = await tempDir('lumen-bench-')
  await using peer = await startVictoriaMetrics(dir.path)
  if (peer === null) return null
  await peer.import(series.filter((each) => each.values.length > 0))
  const size = await peer.size()
  if (size.values !== values) throw new Error(`${PEER} holds ${size.values} of ${values} values`)
  return size.dataBytes
}
