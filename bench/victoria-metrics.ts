import type { TimeRange } from '@lumen/model/time'
import { startChild } from '@lumen/testkit/child'
import { until } from '@lumen/testkit/until'
import { freePort } from './free-port.ts'
import { HEADERS } from './prometheus.ts'

export interface ImportedSeries {
  labels: Record<string, string>
  values: readonly number[]
  /** Epoch ms. */
  timestamps: readonly number[]
}

export interface VictoriaMetrics extends AsyncDisposable {
  pid: number
  /** Stores whole series. */
  import(series: Iterable<ImportedSeries> | AsyncIterable<ImportedSeries>): Promise<void>
  /** Takes one remote-write request. */
  write(body: Uint8Array<ArrayBuffer>): Promise<void>
  /** A range query without its result cache; answers the values of each series found. */
  queryRange(query: string, range: TimeRange, stepMs: number): Promise<[at: number, value: string][][]>
  /** Bytes on disk and the values they hold, once everything is merged. */
  size(): Promise<{ dataBytes: number; indexBytes: number; values: number }>
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
    '-retentionPeriod=100y',
  ])
  const call = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(url + path, init)
    if (!response.ok) {
      throw new Error(`VictoriaMetrics answered ${response.status} to ${path}: ${await response.text()}`)
    }
    return response.text()
  }
  await until('VictoriaMetrics to answer', () => call('/health'), { withinMs: 20_000 })
  const metric = async (pattern: RegExp) => {
    const found = (await call('/metrics')).matchAll(pattern)
    return [...found].reduce((sum, [, value]) => sum + Number(value), 0)
  }
  const settle = async () => {
    await call('/internal/force_flush')
    await call('/internal/force_merge')
    const isMerging = () => metric(/^vm_active_merges\{[^}]*\} (\S+)$/gm)
    await until('VictoriaMetrics to have merged', async () => (await isMerging()) === 0, {
      withinMs: 120_000,
    })
  }
  return {
    pid: child.pid,
    async import(series) {
      let lines: string[] = []
      let values = 0
      const send = async () => {
        await call('/api/v1/import', { method: 'POST', body: lines.join('\n') })
        lines = []
        values = 0
      }
      for await (const { labels, ...columns } of series) {
        lines.push(JSON.stringify({ metric: labels, ...columns }))
        values += columns.values.length
        if (values > 200_000) await send()
      }
      await send()
      await settle()
    },
    async write(body) {
      await call('/api/v1/write', { method: 'POST', body, headers: HEADERS })
    },
    async queryRange(query, { from, to }, stepMs) {
      const params = new URLSearchParams({ query, nocache: '1', step: `${stepMs / 1_000}s` })
      params.set('start', String(from / 1_000))
      params.set('end', String(to / 1_000))
      const answer = JSON.parse(await call(`/api/v1/query_range?${params}`)) as {
        data: { result: { values: [number, string][] }[] }
      }
      return answer.data.result.map(({ values }) => values)
    },
    async size() {
      await settle()
      const bytes = (types: string) =>
        metric(new RegExp(`^vm_data_size_bytes\\{type="(?:${types})"\\} (\\S+)$`, 'gm'))
      return {
        dataBytes: await bytes('storage/[a-z]+'),
        indexBytes: await bytes('indexdb/[a-z]+|indexdb'),
        values: await metric(/^vm_rows\{type="storage\/[a-z]+"\} (\S+)$/gm),
      }
    },
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  }
}
