import { join } from 'node:path'
import { DAY, MINUTE } from '@lumen/model/time'
import { silentLog } from '@lumen/std/log'
import { FakeClock } from '@lumen/testkit/fake-clock'
import { type HistoryHost, SimulatedHistory } from '@lumen/testkit/simulated-history'
import { openTsdb } from '@lumen/tsdb/open'

/** The newest day is as fine as the hot tier keeps it, older ones as the cold tier does. */
const FINE_MS = DAY

/** Fills the store of a data directory that no hub uses with the days before now.
 * @param onDay how many of `days` are done */
export async function makeHistory(
  dataDir: string,
  hosts: readonly HistoryHost[],
  days: number,
  onDay: (done: number) => void,
): Promise<void> {
  const now = Date.now()
  const from = now - days * DAY
  const clock = new FakeClock(from)
  await using store = await openTsdb({ dir: join(dataDir, 'tsdb'), clock, log: silentLog, autoFlush: false })
  const history = new SimulatedHistory({ store, clock, hosts })
  const day = () => onDay(Math.floor((clock.now() - from) / DAY))
  if (days * DAY > FINE_MS) {
    await history.run({ to: now - FINE_MS, intervalMs: 5 * MINUTE, onDay: day })
  }
  await history.run({ to: now, intervalMs: MINUTE, onDay: day })
}
