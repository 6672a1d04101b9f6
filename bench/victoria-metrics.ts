import { createServer } from 'node:net'
import { startChild } from '@lumen/testkit/child'
import { until } from '@lumen/testkit/until'

export interface VictoriaMetrics extends AsyncDisposable {
  /** Stores whole series: one value a timestamp (epoch ms). */
  import(
    series: Iterable<{ labels: Record<string, string>; values: number[] }>,
    timestamps: number[],
  ): Promise<void>
  /** A range query without its result cache; answers the number of points. */
  queryRange(query: string, fromMs: number, toMs: number, stepS: number): Promise<number>
}

/** VictoriaMetrics on a free port with its data in `dir`; null when it is not installed. */
export async function startVictoriaMetrics(dir: string): Promise<VictoriaMetrics | null> {
  const program = Bun.which('victoria-metrics') ?? Bun.which('victoria-metrics-prod')
  if (program === null) return null
  const url = `http://127.0.0.1:${await freePort()}`
  const child = startChild([
    program,
    `-storageDataPath=${dir}`,
    `-httpListenAddr=${url.slice('http://'.length)}`,
    '-retentionPeriod=1y',
  ])
  const call = async (path: string, body?: string) => {
    const response = await fetch(url + path, body === undefined ? {} : { method: 'POST', body })
    if (!response.ok) throw new Error(`VictoriaMetrics answered ${response.status} to ${path}`)
    return response.text()
  }
  await until('VictoriaMetrics to answer', () => call('/health'), { withinMs: 20_000 })
  return {
    async import(series, timestamps) {
      let lines: string[] = []
      const send = async () => {
        await call('/api/v1/import', lines.join('\n'))
        lines = []
      }
      for (const { labels, values } of series) {
        lines.push(JSON.stringify({ metric: labels, values, timestamps }))
        if (lines.length === 200) await send()
      }
      await send()
      await call('/internal/force_flush')
    },
    async queryRange(query, fromMs, toMs, stepS) {
      const params = new URLSearchParams({ query, nocache: '1', step: `${stepS}s` })
      params.set('start', String(fromMs / 1_000))
      params.set('end', String(toMs / 1_000))
      const answer = JSON.parse(await call(`/api/v1/query_range?${params}`)) as {
        data: { result: { values: unknown[] }[] }
      }
      return answer.data.result[0]?.values.length ?? 0
    },
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
