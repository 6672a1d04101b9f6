import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { startChild } from '@lumen/testkit/child'
import { until } from '@lumen/testkit/until'
import { freePort } from './free-port.ts'

export interface Prometheus extends AsyncDisposable {
  pid: number
  /** Takes one remote-write request. */
  write(body: Uint8Array<ArrayBuffer>): Promise<void>
}

/** Prometheus on a free port with its data in `dir`, scraping nothing and taking remote writes; null when it is not
 * installed. */
export async function startPrometheus(dir: string): Promise<Prometheus | null> {
  const program = Bun.which('prometheus')
  if (program === null) return null
  await mkdir(dir, { recursive: true })
  const config = join(dir, 'prometheus.yml')
  await Bun.write(config, 'scrape_configs: []\n')
  const address = `127.0.0.1:${await freePort()}`
  const child = startChild([
    program,
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(dir, 'data')}`,
    '--storage.tsdb.retention.time=100y',
    `--web.listen-address=${address}`,
    '--web.enable-remote-write-receiver',
    '--log.level=warn',
  ])
  const isReady = async () => (await fetch(`http://${address}/-/ready`)).ok
  await until('Prometheus to be ready', isReady, { withinMs: 20_000 })
  return {
    pid: child.pid,
    async write(body) {
      const response = await fetch(`http://${address}/api/v1/write`, {
        method: 'POST',
        body,
        headers: HEADERS,
      })
      if (!response.ok) throw new Error(`Prometheus answered ${response.status}: ${await response.text()}`)
    },
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  }
}

/** What the remote-write protocol asks for. */
export const HEADERS = {
  'content-encoding': 'snappy',
  'content-type': 'application/x-protobuf',
  'x-prometheus-remote-write-version': '0.1.0',
}
