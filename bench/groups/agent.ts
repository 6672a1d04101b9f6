import { sleep } from '@lumen/std/sleep'
import { type Child, startChild } from '@lumen/testkit/child'
import { startLumenAgent, startLumenHub } from '@lumen/testkit/lumen-process'
import { tempDir } from '@lumen/testkit/temp-dir'
import { until } from '@lumen/testkit/until'
import type { BenchGroup } from '../group.ts'
import { usageOf } from '../process-usage.ts'
import { figure } from '../result.ts'

const INTERVAL_MS = 1_000
const WARM_UP_MS = 20_000
const WINDOW_MS = 10_000
const WINDOWS = 9
const MIB = 1024 ** 2
const PEER = 'node_exporter'
/** The collectors that read what the agent reads, and no more. */
const COLLECTORS = [
  ...['cpu', 'diskstats', 'filesystem', 'hwmon', 'loadavg', 'meminfo', 'netdev', 'netstat', 'pressure'],
  ...['processes', 'sockstat', 'stat', 'thermal_zone', 'uname'],
]

interface Watched {
  pid: number
  cpuPerTick: number[]
  rss: number[]
  anon: number[]
}

/** The agent beside node_exporter on the same machine in the same minutes, each reading once a second. */
export const agentBench: BenchGroup = async ({ say }) => {
  await using data = await tempDir('lumen-bench-')
  await using hub = await startLumenHub({ dataDir: data.path, intervalMs: INTERVAL_MS })
  const { token } = await hub.admin.createHost('bench')
  await using agent = startLumenAgent(hub.url, token, { args: ['--interval', '1s'] })
  await using exporter = await startExporter()
  if (exporter === null) say('agent: no peer, install prometheus-node-exporter')
  await sleep(WARM_UP_MS)

  const ours = watch(agent.pid)
  const theirs = exporter === null ? null : watch(exporter.child.pid)
  for (let i = 0; i < WINDOWS; i++) {
    const before = [ours, theirs].map((each) => each && usageOf(each.pid).cpuMs)
    const started = performance.now()
    await sleep(WINDOW_MS)
    const ticks = (performance.now() - started) / INTERVAL_MS
    for (const [index, each] of [ours, theirs].entries()) {
      if (each === null) continue
      const usage = usageOf(each.pid)
      each.cpuPerTick.push((usage.cpuMs - before[index]!) / ticks)
      each.rss.push(usage.rssBytes / MIB)
      each.anon.push(usage.anonBytes / MIB)
    }
    say(`agent: ${i + 1}/${WINDOWS} ${ours.cpuPerTick.at(-1)!.toFixed(2)} ms a tick`)
  }

  const peer = (values: keyof Omit<Watched, 'pid'>) => ({ name: PEER, values: theirs?.[values] ?? [] })
  const note =
    theirs === null ? 'the peer is not installed: apt-get install prometheus-node-exporter' : undefined
  const minutes = ((WARM_UP_MS + WINDOWS * WINDOW_MS) / 60_000).toFixed(1)
  return [
    figure({
      group: 'agent',
      name: 'CPU per tick',
      unit: 'ms',
      values: ours.cpuPerTick,
      peer: peer('cpuPerTick'),
      target: { of: 'ratio', atMost: 0.5 },
      ...(note !== undefined && { note }),
    }),
    figure({
      group: 'agent',
      name: 'anonymous memory',
      unit: 'MiB',
      values: ours.anon,
      peer: peer('anon'),
      target: { of: 'ratio', atMost: 1 },
      note: `after ${minutes} min; the target is for an hour`,
    }),
    figure({
      group: 'agent',
      name: 'RSS',
      unit: 'MiB',
      values: ours.rss,
      peer: peer('rss'),
      target: { of: 'value', atMost: 45 },
    }),
  ]
}

function watch(pid: number): Watched {
  return { pid, cpuPerTick: [], rss: [], anon: [] }
}

/** node_exporter on a free port, scraped as often as the agent reads; null when it is not installed. */
async function startExporter(): Promise<({ child: Child } & AsyncDisposable) | null> {
  const program = Bun.which('prometheus-node-exporter') ?? Bun.which('node_exporter')
  if (program === null) return null
  const child = startChild([
    program,
    '--collector.disable-defaults',
    ...COLLECTORS.map((name) => `--collector.${name}`),
    '--web.listen-address=127.0.0.1:0',
  ])
  const [, port] = await child.printed(/(?:address|Listening on)\D*127\.0\.0\.1:(\d+)/)
  const scrape = () => fetch(`http://127.0.0.1:${port}/metrics`).then((response) => response.arrayBuffer())
  await until('node_exporter to answer', async () => (await scrape()).byteLength > 0, { withinMs: 10_000 })
  const timer = setInterval(() => scrape().catch(() => {}), INTERVAL_MS)
  return {
    child,
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await child.stop()
    },
  }
}
