import { HOUR, MINUTE, SECOND } from '@lumen/model/time'
import { silentLog } from '@lumen/std/log'
import { FakeClock } from '@lumen/testkit/fake-clock'
import { SimulatedHistory } from '@lumen/testkit/simulated-history'
import type { Tsdb } from '@lumen/tsdb/api'
import { openTsdb } from '@lumen/tsdb/open'
import { usageOf } from '../process-usage.ts'
import { TIMELINE } from './timeline.ts'

export interface WearUsage {
  /** Simulated. */
  minutes: number
  writtenBytes: number
  commits: number
  /** By the store's own count. */
  fsyncs: number
}

const WARM_UP_MS = 30 * MINUTE
const SPAN_MS = 3 * HOUR

/** Fills a store in the directory and for the number of hosts given as arguments with frames of every 5 s and a flush
 * a minute, and prints `WearUsage` as a line of JSON. */
async function main(dir: string, hosts: number): Promise<void> {
  const clock = new FakeClock(TIMELINE.monthFrom)
  await using store = await openTsdb({ dir, clock, log: silentLog, autoFlush: false })
  const members = Array.from({ length: hosts }, (_, index) => ({ id: index + 1 }))
  const history = new SimulatedHistory({ store, clock, hosts: members })
  const stretch = { intervalMs: 5 * SECOND, flushEveryMs: MINUTE, isCompacted: false }
  await history.run({ to: clock.now() + WARM_UP_MS, ...stretch })
  const before = await usage(store)
  await history.run({ to: clock.now() + SPAN_MS, ...stretch })
  const after = await usage(store)
  const wear: WearUsage = {
    minutes: SPAN_MS / MINUTE,
    writtenBytes: after.bytes - before.bytes,
    commits: after.commits - before.commits,
    fsyncs: after.fsyncs - before.fsyncs,
  }
  process.stdout.write(`${JSON.stringify(wear)}\n`)
}

async function usage(store: Tsdb) {
  const { wear } = await store.report()
  return {
    bytes: usageOf(process.pid).writtenBytes,
    commits: store.health().commits,
    fsyncs: wear.reduce((sum, { fsyncs }) => sum + fsyncs, 0),
  }
}

await main(process.argv[2]!, Number(process.argv[3]))
