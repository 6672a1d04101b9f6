import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { HOUR, MINUTE } from '@lumen/model/time'
import { startLumen, startLumenHub } from '@lumen/testkit/lumen-process'
import { tempDir } from '@lumen/testkit/temp-dir'
import { fillStore } from '../filled-store.ts'
import type { BenchGroup } from '../group.ts'
import { figure, quantile } from '../result.ts'
import { startVictoriaMetrics } from '../victoria-metrics.ts'

const HOSTS = 50
const HOURS = 24
const REQUESTS = 200
const STARTS = 5
const METRICS = ['host.cpu_pct', 'host.mem_used_bytes', 'host.net_rx_bytes_per_s', 'host.load1'] as const
const PEER = 'VictoriaMetrics'

/** A hub on a store with a day of minutes: how soon it serves, how long a day's chart takes, what a value costs. */
export const storageBench: BenchGroup = async ({ say }) => {
  await using data = await tempDir('lumen-bench-')
  const hosts: number[] = []
  {
    await using hub = await startLumenHub({ dataDir: data.path })
    for (let i = 0; i < HOSTS; i++) hosts.push((await hub.admin.createHost(`bench-${i}`)).host.id)
    await hub.child.stop()
  }
  say(`storage: filling ${HOURS} h of ${HOSTS} hosts`)
  const to = Math.floor(Date.now() / MINUTE) * MINUTE
  const from = to - HOURS * HOUR
  const filled = await fillStore(join(data.path, 'tsdb'), hosts, {
    to,
    hours: HOURS,
    wanted: new Set(METRICS),
  })
  const storeBytes = await sizeOf(join(data.path, 'tsdb'))

  const starts: number[] = []
  for (let i = 0; i < STARTS; i++) {
    const started = performance.now()
    await using child = startLumen(['hub', '--data', data.path, '--listen', '127.0.0.1:0'])
    const [url] = await child.printed(/http:\/\/127\.0\.0\.1:\d+/)
    const ready = await fetch(`${url}/readyz`)
    starts.push(performance.now() - started)
    if (!ready.ok) throw new Error(`/readyz answered ${ready.status}`)
  }

  const ours: number[] = []
  {
    await using hub = await startLumenHub({ dataDir: data.path })
    for (let i = -20; i < REQUESTS; i++) {
      const started = performance.now()
      const answer = await hub.admin.query({
        host: hosts[Math.abs(i * 7) % HOSTS]!,
        metrics: METRICS[Math.abs(i) % METRICS.length]!,
        from,
        to,
        points: 1_440,
      })
      if (i >= 0) ours.push(performance.now() - started)
      if (answer.t.length < 1_400) throw new Error(`the chart has ${answer.t.length} of 1,440 points`)
    }
  }

  const theirs: number[] = []
  await using peerData = await tempDir('lumen-bench-')
  await using peer = await startVictoriaMetrics(peerData.path)
  if (peer === null) say('storage: no peer, install victoria-metrics')
  else {
    await peer.import(
      filled.series.map(({ host, name, values }) => ({
        labels: { __name__: name.replace('.', '_'), host: String(host) },
        values,
      })),
      filled.timestamps,
    )
    for (let i = -20; i < REQUESTS; i++) {
      const metric = METRICS[Math.abs(i) % METRICS.length]!.replace('.', '_')
      const query = `${metric}{host="${hosts[Math.abs(i * 7) % HOSTS]}"}`
      const started = performance.now()
      const points = await peer.queryRange(query, from, to, 60)
      if (i >= 0) theirs.push(performance.now() - started)
      if (points < 1_400) throw new Error(`${PEER} answered ${points} of 1,440 points`)
    }
  }

  const group = 'storage'
  const p95 = (values: number[]) => (values.length === 0 ? [] : [quantile(values, 0.95)!])
  return [
    figure({
      group,
      name: 'chart of 24 h, 1,440 points, p95',
      unit: 'ms',
      values: p95(ours),
      peer: { name: PEER, values: p95(theirs) },
      target: { of: 'ratio', atMost: 1 },
      note: `over HTTP, ${HOSTS} hosts stored, median ${quantile(ours, 0.5)?.toFixed(2)} ms`,
    }),
    figure({
      group,
      name: `hub start to serving, ${HOURS} h of ${HOSTS} hosts stored`,
      unit: 'ms',
      values: starts,
      target: { of: 'value', atMost: 500 },
      note: 'from starting the process to /readyz saying so',
    }),
    figure({
      group,
      name: 'minute tier on disk, per host and day',
      unit: 'MB',
      values: [storeBytes / 1e6 / HOSTS / (HOURS / 24)],
    }),
  ]
}

async function sizeOf(dir: string): Promise<number> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const sizes = await Promise.all(
    files.map(async (file) => (await stat(join(file.parentPath, file.name))).size),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
