import { MINUTE } from '@lumen/model/time'
import { sleep } from '@lumen/std/sleep'
import { familyOf, usageOfFamily } from './process-usage.ts'

/** What a program cost, window by window. */
export interface Footprint {
  /** ms. */
  cpuPerTick: number[]
  /** MiB. */
  rss: number[]
  anon: number[]
}

const MIB = 1024 ** 2
const LEAST_WINDOWS = 6
const MOST_WINDOW_MS = MINUTE

/** Watches programs, their child processes included, all over the same windows of time.
 * @param pids by the names the answer has */
export async function watchFootprints(
  pids: Readonly<Record<string, number>>,
  { minutes, intervalMs }: { minutes: number; intervalMs: number },
  say: (line: string) => void,
): Promise<Record<string, Footprint>> {
  const wholeMs = minutes * MINUTE
  const windowMs = Math.min(MOST_WINDOW_MS, wholeMs / LEAST_WINDOWS)
  const windows = Math.round(wholeMs / windowMs)
  const watched = Object.entries(pids).map(([name, pid]) => ({
    ...{ name, pid },
    seen: { cpuPerTick: [], rss: [], anon: [] } as Footprint,
  }))
  for (let window = 1; window <= windows; window++) {
    const before = watched.map(({ pid }) => usageOfFamily(familyOf(pid)))
    const started = performance.now()
    await sleep(windowMs)
    const ticks = (performance.now() - started) / intervalMs
    for (const [index, { pid, seen }] of watched.entries()) {
      const usage = usageOfFamily(familyOf(pid))
      seen.cpuPerTick.push((usage.cpuMs - before[index]!.cpuMs) / ticks)
      seen.rss.push(usage.rssBytes / MIB)
      seen.anon.push(usage.anonBytes / MIB)
    }
    const words = watched.map(({ name, seen: { cpuPerTick, rss, anon } }) => {
      const [ms, whole, own] = [cpuPerTick, rss, anon].map((values) => values.at(-1)!.toFixed(1))
      return `${name} ${ms} ms a tick, RSS ${whole} MiB, anonymous ${own}`
    })
    say(`${window}/${windows}: ${words.join('; ')}`)
  }
  return Object.fromEntries(watched.map(({ name, seen }) => [name, seen]))
}
