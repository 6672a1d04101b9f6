import type { Sample } from '@lumen/model/sample'
import { bucketStart, DAY, HOUR, MINUTE } from '@lumen/model/time'
import { COLD_STEP_MS } from '../cold/cold-series.ts'
import { inspectTsdb, type StoredRollup } from '../inspect.ts'
import { rollupsOf } from './expected-rollups.ts'
import { rowOf, sampleOf } from './samples.ts'

/** The start of a UTC day, to count from in tests: a Monday, with the month's end two weeks later. */
export const D0 = Date.UTC(2026, 5, 15)

/** What a host reads as number `seq`, half an hour after the one before, the first at `from`: now and then a value is
 * missing, and the second disk comes and goes. */
export function dayFrame(host: number, seq: number, from = D0): Sample {
  const rows = [
    rowOf('disk', 'sda', { read_iops: seq + host, ...(seq % 3 === 0 ? { await_ms: host } : {}) }),
    ...(seq % 5 === 0 ? [rowOf('disk', 'sdb', { write_iops: seq })] : []),
    rowOf('filesystem', '/', { used_bytes: 9e12 + seq }),
  ]
  const cpuPct = seq % 7 === 0 ? Number.NaN : (host * 7 + seq) % 100
  return sampleOf(seq, from + seq * (HOUR / 2) + host, cpuPct, rows, MINUTE)
}

/** As many frames of one host as fall on `days` whole days from `from` on. */
export function dayFrames(host: number, days = 1, from = D0): Sample[] {
  return Array.from({ length: (days * DAY) / (HOUR / 2) }, (_, seq) => dayFrame(host, seq, from))
}

/** Everything a directory holds, hot and cold together, by buckets of five minutes; sorted. */
export function foldedDirectory(dir: string): StoredRollup[] {
  using inspection = inspectTsdb(dir)
  return folded([...inspection.rollups(), ...inspection.coldRollups()])
}

/** What it must hold of these frames. */
export function foldedFrames(
  frames: readonly { host: number; samples: readonly Sample[] }[],
): StoredRollup[] {
  return folded(frames.flatMap(({ host, samples }) => rollupsOf(host, samples)))
}

/** Frames by host and bucket of five minutes, hot and cold together. */
export function foldedFrameCounts(dir: string): Record<string, number> {
  using inspection = inspectTsdb(dir)
  const counts = new Map<string, number>()
  for (const { host, t, frames } of [...inspection.frames(), ...inspection.coldFrames()]) {
    const name = `${host} ${bucketStart(t, COLD_STEP_MS)}`
    counts.set(name, (counts.get(name) ?? 0) + frames)
  }
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function folded(rollups: readonly StoredRollup[]): StoredRollup[] {
  const byName = new Map<string, StoredRollup>()
  for (const rollup of rollups) {
    const t = bucketStart(rollup.t, COLD_STEP_MS)
    const name = `${rollup.host} ${t} ${rollup.entity} ${rollup.key} ${rollup.field}`
    const known = byName.get(name)
    if (known === undefined) byName.set(name, { ...rollup, t })
    else {
      known.count += rollup.count
      known.sum += rollup.sum
      if (known.max !== null) known.max = Math.max(known.max, rollup.max!)
    }
  }
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, rollup]) => rollup)
}
