import { join } from 'node:path'
import { DAY, HOUR, MINUTE } from '@lumen/model/time'
import { silentLog } from '@lumen/std/log'
import { FakeClock } from '@lumen/testkit/fake-clock'
import { SimulatedHistory } from '@lumen/testkit/simulated-history'
import { openTsdb } from '@lumen/tsdb/open'
import type { StorageSettings } from '../settings.ts'
import { adminOf, startShiftedHub } from './hub.ts'
import { RETENTION, TIMELINE } from './timeline.ts'

export interface FilledHub {
  dataDir: string
  hosts: readonly number[]
  /** Those of them that have the whole year. */
  yearHosts: readonly number[]
  /** Where the fill stands. */
  clock: FakeClock
  /** Lets time pass in the store, which no hub may have open; reads by the minute from `minutesFrom` on. Days that end
   * meanwhile are left to whoever compacts next, unless told otherwise. */
  fillTo(to: number, options?: { isCompacted: boolean }): Promise<void>
}

/** A hub's data directory with hosts registered, to be filled. */
export async function newFilledHub(
  dataDir: string,
  { hosts: count, yearHosts: yearCount }: StorageSettings,
  say: (line: string) => void,
): Promise<FilledHub> {
  const hosts = await register(dataDir, count)
  const yearHosts = hosts.slice(0, yearCount)
  const clock = new FakeClock(yearCount > 0 ? TIMELINE.yearFrom : TIMELINE.monthFrom)
  let history: SimulatedHistory | undefined
  return {
    dataDir,
    hosts,
    yearHosts,
    clock,
    async fillTo(to, { isCompacted } = { isCompacted: false }) {
      await using store = await openTsdb({
        dir: join(dataDir, 'tsdb'),
        clock,
        log: silentLog,
        retention: RETENTION,
        autoFlush: false,
      })
      if (history === undefined) {
        const members = hosts.map((id, index) => ({
          id,
          ...(index >= yearCount && { since: TIMELINE.monthFrom }),
        }))
        history = new SimulatedHistory({ store, clock, hosts: members })
      } else {
        history.store = store
      }
      const started = performance.now()
      const onDay = (now: number) => {
        if (Math.floor(now / DAY) % 30 !== 0) return
        const seconds = ((performance.now() - started) / 1_000).toFixed(0)
        say(`storage: filled to ${new Date(now).toISOString().slice(0, 10)} in ${seconds} s`)
      }
      for (const { until, ...stretch } of STRETCHES) {
        if (clock.now() >= Math.min(until, to)) continue
        await history.run({ to: Math.min(until, to), isCompacted, onDay, ...stretch })
      }
    },
  }
}

/** Coarse where it only has to be there, as a hub gets it where it is measured. */
const STRETCHES = [
  { until: TIMELINE.monthFrom, intervalMs: 5 * MINUTE, flushEveryMs: 6 * HOUR },
  { until: TIMELINE.minutesFrom, intervalMs: 5 * MINUTE, flushEveryMs: HOUR },
  { until: TIMELINE.now, intervalMs: MINUTE, flushEveryMs: 10 * MINUTE },
]

async function register(dataDir: string, count: number): Promise<number[]> {
  await using hub = await startShiftedHub(dataDir, TIMELINE.yearFrom)
  const admin = await adminOf(hub.url)
  const { retention } = await admin.call<{ retention: object }>('GET', '/api/settings')
  const { hotMs: hot_ms, coldMs: cold_ms } = RETENTION
  await admin.call('PUT', '/api/settings', { retention: { ...retention, hot_ms, cold_ms } })
  const hosts: number[] = []
  for (let i = 0; i < count; i++) {
    hosts.push((await admin.createHost(`bench-${String(i).padStart(4, '0')}`)).host.id)
  }
  await hub.child.stop()
  return hosts
}
