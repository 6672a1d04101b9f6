import { join } from 'node:path'
import type { LedgerEntry } from '@lumen/testkit/ledger'
import { inspectTsdb } from '@lumen/tsdb/inspect'

/** Everything a stopped hub has on disk: each minute of each series, hosts by name, and how many frames its
 * durable ranges name. */
export function storedHistory(
  dataDir: string,
  names: ReadonlyMap<number, string>,
): { minutes: LedgerEntry[]; durableFrames: number } {
  using inspection = inspectTsdb(join(dataDir, 'tsdb'))
  const minutes: LedgerEntry[] = []
  for (const { host, entity, key, field, t, count, sum, max } of inspection.rollups()) {
    const name = names.get(host) ?? `host ${host}`
    minutes.push({ host: name, entity, key, field, minute: t, count, sum, max: max ?? Number.NaN })
  }
  const durableFrames = inspection.durable().reduce((frames, { from, to }) => frames + to - from + 1, 0)
  return { minutes, durableFrames }
}
