import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { tempDir } from '@lumen/testkit/temp-dir'
import type { Figure } from '../result.ts'
import { figure } from '../result.ts'
import type { CompactionUsage, PhaseUsage } from './compaction-process.ts'
import { startShifted } from './hub.ts'

const RUNS = 3
const TIMEOUT_MS = 180_000
const MIB = 1024 ** 2

/** Lets a hub do the compaction that is due at `now`, first on copies of its data, at last on the data itself. */
export async function compactAt(dataDir: string, now: number): Promise<CompactionUsage[]> {
  const usages: CompactionUsage[] = []
  for (let run = 1; run < RUNS; run++) {
    await using copy = await tempDir('lumen-bench-')
    await cp(dataDir, copy.path, { recursive: true })
    usages.push(await compactOnce(copy.path, now))
  }
  usages.push(await compactOnce(dataDir, now))
  return usages
}

async function compactOnce(dataDir: string, now: number): Promise<CompactionUsage> {
  await using child = startShifted(now, [join(import.meta.dir, 'compaction-process.ts'), dataDir])
  const [line] = await child.printed(/^\{"idle":.*\}$/m, TIMEOUT_MS)
  await child.exited
  return JSON.parse(line) as CompactionUsage
}

/** Figures of sealing one day and of merging a month, both of `hosts` hosts. */
export function compactionFigures(
  hosts: number,
  days: number,
  { seals, merges }: { seals: readonly CompactionUsage[]; merges: readonly CompactionUsage[] },
): Figure[] {
  const merged = merges.flatMap(({ idle, merge }) => (merge === null ? [] : [{ idle, merge }]))
  const seconds = (phases: readonly PhaseUsage[]) => phases.map(({ cpuMs }) => cpuMs / 1_000)
  const wall = (phases: readonly PhaseUsage[]) =>
    `${Math.round(Math.max(0, ...phases.map(({ wallMs }) => wallMs)))} ms at most by the clock`
  return [
    figure({
      group: 'storage',
      name: `sealing a day of ${hosts} hosts, CPU`,
      unit: 's',
      values: seconds(seals.map(({ seal }) => seal)),
      target: { of: 'value', atMost: 2 },
      note: `the hub's whole process, minutes deleted from the hot tier included; ${wall(seals.map(({ seal }) => seal))}`,
    }),
    figure({
      group: 'storage',
      name: `sealing a day of ${hosts} hosts, peak RSS of the hub`,
      unit: 'MiB',
      values: seals.map(({ seal }) => seal.peakRssBytes / MIB),
      target: { of: 'value', atMost: 200 },
      note: `idle before ${Math.round((seals[0]?.idle.rssBytes ?? 0) / MIB)} MiB`,
    }),
    figure({
      group: 'storage',
      name: `merging ${days} days of ${hosts} hosts, CPU`,
      unit: 's',
      values: seconds(merged.map(({ merge }) => merge)),
      note: wall(merged.map(({ merge }) => merge)),
    }),
    figure({
      group: 'storage',
      name: `merging ${days} days of ${hosts} hosts, memory above idle`,
      unit: 'MiB',
      values: merged.map(({ idle, merge }) => (merge.peakAnonBytes - idle.anonBytes) / MIB),
      target: { of: 'value', atMost: 64 },
      note: 'anonymous memory of the hub, sampled every 10 ms',
    }),
  ]
}
