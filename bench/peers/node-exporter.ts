import { startChild } from '@lumen/testkit/child'
import { until } from '@lumen/testkit/until'
import type { FootprintPeer } from './peer.ts'

/** The collectors that read what the agent reads, and no more. */
const COLLECTORS = [
  ...['cpu', 'diskstats', 'filesystem', 'hwmon', 'loadavg', 'meminfo', 'netdev', 'netstat', 'pressure'],
  ...['processes', 'sockstat', 'stat', 'thermal_zone', 'uname'],
]

/** node_exporter on a free port, scraped every `intervalMs`; null when it is not installed. It tells nothing of containers. */
export async function startNodeExporter(intervalMs: number): Promise<FootprintPeer | null> {
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
  const timer = setInterval(() => scrape().catch(() => {}), intervalMs)
  return {
    name: 'node_exporter',
    pid: child.pid,
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await child.stop()
    },
  }
}
