import { sleep } from '@lumen/std/sleep'
import { startLumenHub } from '@lumen/testkit/lumen-process'
import { tempDir } from '@lumen/testkit/temp-dir'
import { startFleet } from '../fleet.ts'
import type { BenchGroup } from '../group.ts'
import { usageOf } from '../process-usage.ts'
import { figure } from '../result.ts'

const HOSTS = 200
const INTERVAL_MS = 5_000
const WARM_UP_MS = 15_000
const WINDOW_MS = 10_000
/** A whole number of minutes, so that each window of the sum holds the same flushes. */
const WINDOWS = 12
const MIB = 1024 ** 2
const DAY_MS = 86_400_000

/** The hub as a user runs it, 200 simulated hosts pushing every 5 s from another process. */
export const hubBench: BenchGroup = async ({ say }) => {
  await using data = await tempDir('lumen-bench-')
  await using hub = await startLumenHub({
    dataDir: data.path,
    intervalMs: INTERVAL_MS,
    args: ['--metrics-allow', '127.0.0.1/32'],
  })
  say(`hub: registering ${HOSTS} hosts`)
  await using fleet = await startFleet(hub.admin, {
    hosts: HOSTS,
    intervalMs: INTERVAL_MS,
    windowMs: WINDOW_MS,
  })
  await sleep(WARM_UP_MS)

  const cpu: number[] = []
  const rss: number[] = []
  const anon: number[] = []
  const seenWindows = fleet.windows().length
  const first = { at: performance.now(), usage: usageOf(hub.child.pid), commits: await commits(hub.url) }
  let last = { at: first.at, usage: first.usage }
  for (let i = 0; i < WINDOWS; i++) {
    await sleep(WINDOW_MS)
    const now = { at: performance.now(), usage: usageOf(hub.child.pid) }
    cpu.push((100 * (now.usage.cpuMs - last.usage.cpuMs)) / (now.at - last.at))
    rss.push(now.usage.rssBytes / MIB)
    anon.push(now.usage.anonBytes / MIB)
    last = now
    say(`hub: ${i + 1}/${WINDOWS} CPU ${cpu.at(-1)!.toFixed(1)} %, RSS ${rss.at(-1)!.toFixed(0)} MiB`)
  }
  const elapsedMs = last.at - first.at
  const written = last.usage.writtenBytes - first.usage.writtenBytes
  const lastCommits = await commits(hub.url)
  const windows = fleet.windows().slice(seenWindows)
  const failures = (windows.at(-1)?.failures ?? 0) - (windows[0]?.failures ?? 0)
  const base = { group: 'hub' as const }
  return [
    figure({
      ...base,
      name: `CPU, ${HOSTS} hosts every ${INTERVAL_MS / 1_000} s`,
      unit: '% of one core',
      values: cpu,
      target: { of: 'value', atMost: 4 },
    }),
    figure({ ...base, name: 'RSS', unit: 'MiB', values: rss, target: { of: 'value', atMost: 120 } }),
    figure({ ...base, name: 'anonymous memory', unit: 'MiB', values: anon }),
    figure({
      ...base,
      name: 'push answered, p99',
      unit: 'ms',
      values: windows.flatMap(({ p99Ms }) => p99Ms ?? []),
      target: { of: 'value', atMost: 50 },
      note: `${failures} pushes failed; the generator shares the machine`,
    }),
    figure({
      ...base,
      name: 'written to disk, per host and day',
      unit: 'MB',
      values: [(written / 1e6 / HOSTS) * (DAY_MS / elapsedMs)],
      target: { of: 'value', atMost: 5 },
      note: `write_bytes of /proc/<pid>/io over ${(elapsedMs / 60_000).toFixed(1)} min`,
    }),
    figure({
      ...base,
      name: 'commits',
      unit: 'per minute',
      values:
        first.commits === null || lastCommits === null
          ? []
          : [((lastCommits - first.commits) * 60_000) / elapsedMs],
      target: { of: 'value', atMost: 1.5 },
      note: 'one a minute is the rule; the window may catch one more',
    }),
  ]
}

/** Commits of the store since the hub started, from its own metrics; null when it does not tell. */
async function commits(url: string): Promise<number | null> {
  const text = await fetch(`${url}/metrics`).then((response) => (response.ok ? response.text() : ''))
  const found = /^lumen_hub_commits_total (\d+)/m.exec(text)
  return found === null ? null : Number(found[1])
}
