import { fromFixedPoint } from '@lumen/model/fixed-point'
import { findMetric, layoutOf, type Metric } from '@lumen/model/metric'
import { SECOND } from '@lumen/model/time'
import { type HostNow, type HostSummary, hostNowSchema } from '@lumen/protocol/http/hosts'
import type { Clock } from '@lumen/std/clock'
import { isOlder } from '@lumen/std/is-older'
import type { Tsdb } from '@lumen/tsdb/api'
import type { Settings } from '../settings/settings.ts'
import type { HostRecord } from './host-record.ts'
import { policyShown } from './host-wishes.ts'
import type { PresenceBoard } from './presence-board.ts'
import type { RivalAgents } from './rival-agents.ts'

const SPARK_STEP_MS = 30 * SECOND
const SPARK_BUCKETS = 30
const CPU = findMetric('host.cpu_pct')!

type NowField = Exclude<keyof HostNow, 'ts'>
const NOW_METRICS = (Object.keys(hostNowSchema.shape) as (keyof HostNow)[])
  .filter((field): field is NowField => field !== 'ts')
  .map((field): [NowField, Metric] => [
    field,
    layoutOf('host').metrics[layoutOf('host').indexOf.get(field)!]!,
  ])

export interface HostSummaryParts {
  tsdb: Tsdb
  presence: PresenceBoard
  rivals: RivalAgents
  settings: Settings
  clock: Clock
  /** The hub's own. */
  version: string
}

const RIVALS = 'two agents push with this host’s token: give each machine a host and token of its own'

/** Puts together what lists and the fleet stream show of a host. Memory only. */
export class HostSummaries {
  readonly #parts: HostSummaryParts
  /** Alerts of a host that fire now. */
  firingOf: (hostId: number) => HostSummary['firing'] = () => ({ warning: 0, critical: 0 })
  /** What a cluster's host stands for. */
  clusterOf: (hostId: number) => HostSummary['cluster'] = () => null

  constructor(parts: HostSummaryParts) {
    this.#parts = parts
  }

  of(host: HostRecord): HostSummary {
    const { presence, settings, rivals } = this.#parts
    const policy = policyShown(settings.policy, host)
    const { state, reason } = presence.presence(host)
    return {
      id: host.id,
      name: host.name,
      kind: host.kind,
      state,
      reason: state === 'up' && rivals.areAt(host.id) ? RIVALS : reason,
      last_seen: presence.lastSeen(host.id),
      created_at: host.createdAt,
      tags: [...host.tags],
      firing: this.firingOf(host.id),
      protocol: host.protocol,
      agent_version: host.agentVersion,
      outdated: this.isOutdated(host),
      interval_ms: host.intervalMs ?? policy.interval_ms,
      policy,
      clock_offset_ms: presence.clockOffsetMs(host.id),
      facts: host.facts,
      now: this.#now(host.id),
      spark: this.#spark(host.id),
      cluster: host.kind === 'proxmox-cluster' ? this.clusterOf(host.id) : null,
    }
  }

  /** Its agent is older than this hub. */
  isOutdated({ protocol, agentVersion }: HostRecord): boolean {
    return protocol === 'native' && isOlder(agentVersion ?? '', this.#parts.version)
  }

  #now(hostId: number): HostNow | null {
    const sample = this.#parts.tsdb.latest(hostId)
    const row = sample?.rows.find(({ entity }) => entity === 'host')
    if (sample === undefined || row === undefined) return null
    const now = { ts: sample.ts } as HostNow
    for (const [field, metric] of NOW_METRICS) {
      now[field] = fromFixedPoint(row.values[metric.index] ?? Number.NaN, metric.spec)
    }
    return now
  }

  #spark(hostId: number): (number | null)[] {
    const { tsdb, clock } = this.#parts
    const averages = tsdb.ramAverages(hostId, CPU, clock.now(), SPARK_STEP_MS, SPARK_BUCKETS)
    return Array.from(averages, (value) => fromFixedPoint(Math.round(value), CPU.spec))
  }
}
