import type { WireRow } from '@lumen/protocol/agent/frame'
import { seededRandom } from './random.ts'

const MIB = 1024 ** 2
const APPS = [
  ['traefik', 'traefik:v3.2', 'proxy'],
  ['postgres', 'postgres:17-alpine', 'shop'],
  ['redis', 'redis:8', 'shop'],
  ['web', 'ghcr.io/example/shop-web:2.14.1', 'shop'],
  ['worker', 'ghcr.io/example/shop-worker:2.14.1', 'shop'],
  ['nextcloud', 'nextcloud:30-apache', 'cloud'],
  ['mariadb', 'mariadb:11', 'cloud'],
  ['jellyfin', 'jellyfin/jellyfin:10.10', 'media'],
  ['grafana', 'grafana/grafana:11.4.0', 'metrics'],
  ['gitea', 'gitea/gitea:1.23', 'code'],
] as const

/** Every so many containers one is not well: at that place of a machine's list. */
const NOT_WELL: Readonly<Record<number, WireRow<'container'>>> = {
  3: { state: 'running', health: 'unhealthy' },
  7: { state: 'exited' },
  12: { state: 'restarting', restarts: 41 },
  16: { state: 'paused' },
}

/** Containers of a machine that does not exist; the same for the same seed. */
export class SyntheticContainers {
  readonly #random: () => number
  readonly #count: number
  readonly #weights: number[]

  constructor(seed: number, count: number) {
    this.#random = seededRandom(seed ^ 0xc0)
    this.#count = count
    this.#weights = Array.from({ length: count }, () => this.#random() ** 3)
  }

  /** The next tick's rows, by name. */
  read(): Record<string, WireRow<'container'>> {
    const rows: Record<string, WireRow<'container'>> = {}
    for (let i = 0; i < this.#count; i++) {
      const [app, image, project] = APPS[i % APPS.length]!
      const round = Math.floor(i / APPS.length)
      rows[round === 0 ? app : `${app}-${round + 1}`] = this.#row(i, image, project)
    }
    return rows
  }

  #row(i: number, image: string, project: string): WireRow<'container'> {
    const weight = this.#weights[i]!
    const attributes = {
      id: `${i.toString(16).padStart(4, '0')}`.repeat(16),
      image,
      compose_project: project,
      started_at: '2026-11-20T10:00:00Z',
      restarts: i % 5 === 4 ? 1 : 0,
      state: 'running',
      ...(i % 2 === 0 && { health: 'healthy' }),
      ...NOT_WELL[i],
    }
    if (attributes.state === 'exited') return attributes
    const hundredths = (value: number) => Math.round(value * 100) / 100
    const share = this.#random()
    const used = Math.round((20 + 900 * weight * (0.9 + 0.1 * share)) * MIB)
    const limit = i % 3 === 1 ? 1_024 * MIB : null
    return {
      ...attributes,
      cpu_pct: hundredths(weight * 12 * (0.5 + share)),
      cpu_cores: hundredths(weight * 0.5 * (0.5 + share)),
      mem_used_bytes: used,
      mem_limit_bytes: limit,
      mem_pct: limit === null ? null : hundredths((100 * used) / limit),
      net_rx_bytes_per_s: Math.round(weight * 2e6 * share),
      net_tx_bytes_per_s: Math.round(weight * 8e5 * share),
      io_read_bytes_per_s: Math.round(weight * 4e5 * share),
      io_write_bytes_per_s: Math.round(weight * 9e5 * share),
      pids: 4 + Math.round(40 * weight),
      throttled_pct: 0,
    }
  }
}
