import type { Metric } from '@lumen/model/metric'
import { DAY, MINUTE, type TimeRange } from '@lumen/model/time'
import { errorCode } from '@lumen/std/error'
import type { FleetSeries, Tsdb } from '@lumen/tsdb/api'
import type { Stretch } from './replay.ts'

/** One thing with its history, oldest first. */
export interface Thing {
  hostId: number
  key: string
  stretches: Stretch[]
}

export const COARSE_MS = 5 * MINUTE
/** The newest day is told by the minute, as far as the store has minutes. */
const FINE_MS = DAY

/** Where five minutes end and minutes begin. */
function seamOf(tsdb: Tsdb, metric: Metric, { from, to }: TimeRange): number {
  const seam = Math.max(from, to - FINE_MS, tsdb.minutesFrom(metric.entity))
  return Math.min(to, Math.ceil(seam / COARSE_MS) * COARSE_MS)
}

/** A metric's history of many hosts as stretches of five minutes, and of one where that is wanted (`isFine`), read a few
 * hosts at a time. `take` is called
 * for each part with the things of its hosts that are complete.
 * @throws what `take` and the store throw */
export async function readHistory(
  tsdb: Tsdb,
  asked: {
    hosts: readonly number[]
    metric: Metric
    range: TimeRange
    isFine: boolean
    isWanted(key: string): boolean
  },
  take: (things: Thing[]) => Promise<void>,
): Promise<{ seam: number }> {
  const { metric, range, isFine, isWanted } = asked
  const hosts = [...asked.hosts].sort((a, b) => a - b)
  const seam = isFine ? seamOf(tsdb, metric, range) : range.to
  for (let at = 0; at < hosts.length; at += HOSTS_AT_ONCE) {
    const some = hosts.slice(at, at + HOSTS_AT_ONCE)
    const things = new Map<string, Thing>()
    const read = async (within: TimeRange, stepMs: number) => {
      if (within.from >= within.to) return
      const query = { hosts: some, metric, key: null, range: within, stepMs }
      for await (const { start, series } of tsdb.queryFleet(query)) {
        for (const each of series) if (isWanted(each.key)) add(things, each, start, stepMs)
      }
    }
    await read({ from: range.from, to: seam }, COARSE_MS)
    try {
      await read({ from: seam, to: range.to }, MINUTE)
    } catch (fault) {
      // A day was sealed meanwhile: what is missing of this once are minutes, told in fives.
      if (errorCode(fault) !== 'step_too_fine') throw fault
      await read({ from: seam, to: range.to }, COARSE_MS)
    }
    await take([...things.values()])
  }
  return { seam }
}

/** Parts of the two stretches belong together, so hosts go in groups small enough to be held. */
const HOSTS_AT_ONCE = 32

function add(things: Map<string, Thing>, series: FleetSeries, start: number, stepMs: number): void {
  const { host: hostId, key, avg, max } = series
  const name = `${hostId} ${key}`
  const thing = things.get(name) ?? { hostId, key, stretches: [] }
  things.set(name, thing)
  thing.stretches.push({ start, stepMs, avg, max })
}
