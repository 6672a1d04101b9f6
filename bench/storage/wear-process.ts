import { HOUR, MINUTE, SECOND } from '@lumen/model/time'
import { silentLog } from '@lumen/std/log'
import { FakeClock } from '@lumen/testkit/fake-clock'
import { SimulatedHistory } from '@lumen/testkit/simulated-history'
import { openTsdb } from '@lumen/tsdb/open'
import { usageOf } from '../process-usage.ts'
import { TIMELINE } from './timeline.ts'

export interface WearUsage {
  /** Simulated. */
  minutes: number
  writtenBytes: number
  commits: number
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
  const before = { bytes: usageOf(process.pid).writtenBytes, commits: store.health().commits }
  await history.run({ to: clock.now() + SPAN_MS, ...stretch })
  const usage: WearUsage = {
    minutes: SPAN_MS / MINUTE,
    writtenBytes: usageOf(process.pid).writtenBytes - before.bytes,
    commits: store.health().commits - before.commits,
  }
  process.stdout.write(`${JSON.stringify(usage)}\n`)
}

await main(process.argv[2]!, Number(process.argv[3]))
