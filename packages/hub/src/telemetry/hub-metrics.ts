import { fromFixedPoint } from '@lumen/model/fixed-point'
import { layoutOf } from '@lumen/model/metric'
import { ALERT_LEVELS } from '@lumen/protocol/http/alerts/rule'
import { HOST_STATES } from '@lumen/protocol/http/hosts'
import type { Tsdb } from '@lumen/tsdb/api'
import type { HostRegistry } from '../hosts/host-registry.ts'
import type { PresenceBoard } from '../hosts/presence-board.ts'
import type { LiveStream } from '../live/live-stream.ts'
import { COUNTERS, type CounterName, type Counters } from './counters.ts'
import type { Family } from './prometheus.ts'
import { storageFamilies } from './storage-metrics.ts'

export interface MetricsParts {
  counters: Counters
  registry: HostRegistry
  presence: PresenceBoard
  live: LiveStream
  tsdb: Tsdb
  version: string
  /** Alerts that are pending or fire. */
  openAlerts(): Iterable<{ state: string; level: string }>
}

/** What /metrics shows: the hub's own counts, then the newest host readings by their catalogue names. */
export async function hubMetrics(parts: MetricsParts): Promise<Family[]> {
  const { counters, registry, presence, live, tsdb, version } = parts
  const hosts = [...registry.list()]
  const states = hosts.map((host) => presence.presence(host).state)
  const health = tsdb.health()
  const gauge = (name: string, help: string, value: number | null): Family => ({
    name: `lumen_hub_${name}`,
    help,
    type: 'gauge',
    values: value === null ? [] : [{ value }],
  })
  const counter = (name: string, help: string, value: number): Family => ({
    name: `lumen_hub_${name}_total`,
    help,
    type: 'counter',
    values: [{ value }],
  })
  return [
    { ...gauge('info', 'The running build', 1), values: [{ labels: { version }, value: 1 }] },
    {
      ...gauge('hosts', 'Registered hosts by state', 0),
      values: HOST_STATES.map((state) => ({
        labels: { state },
        value: states.filter((known) => known === state).length,
      })),
    },
    alertFamily(parts.openAlerts()),
    gauge('live_sockets', 'Browsers on the live stream', live.socketCount),
    gauge('flush_ok', '1 when the last flush reached the disk', health.flushFault === null ? 1 : 0),
    gauge(
      'last_flush_timestamp_seconds',
      'When the last flush became durable',
      health.lastFlushAt === null ? null : health.lastFlushAt / 1_000,
    ),
    counter('commits', 'Transactions the hot tier committed since the start', health.commits),
    counter('written_bytes', 'Rows and ranges handed to the hot tier since the start', health.bytesWritten),
    gauge('pending_frames', 'Frames accepted and not yet durable', health.pendingFrames),
    gauge('ram_bytes', 'Memory of the RAM tier', health.ramBytes),
    gauge('hot_bytes', 'Size of the hot tier on disk', health.hotBytes),
    ...(await storageFamilies(tsdb)),
    gauge('resident_bytes', 'Resident memory of the hub', process.memoryUsage.rss()),
    ...(Object.keys(COUNTERS) as CounterName[]).map((name) => counterFamily(counters, name)),
    ...hostFamilies(hosts, tsdb),
  ]
}

function alertFamily(open: Iterable<{ state: string; level: string }>): Family {
  const counts = new Map<string, number>()
  for (const { state, level } of open) {
    counts.set(`${state} ${level}`, (counts.get(`${state} ${level}`) ?? 0) + 1)
  }
  const values = (['pending', 'firing'] as const).flatMap((state) =>
    ALERT_LEVELS.map((level) => ({
      labels: { state, level },
      value: counts.get(`${state} ${level}`) ?? 0,
    })),
  )
  return {
    name: 'lumen_hub_alerts',
    help: 'Alerts that are pending or fire, by level',
    type: 'gauge',
    values,
  }
}

function counterFamily(counters: Counters, name: CounterName): Family {
  const { help, label } = COUNTERS[name]
  const values =
    label === null
      ? [{ value: counters.get(name) }]
      : counters.entries(name).map(([value, count]) => ({ labels: { [label]: value }, value: count }))
  return { name: `lumen_hub_${name}_total`, help, type: 'counter', values }
}

function hostFamilies(hosts: readonly { id: number; name: string }[], tsdb: Tsdb): Family[] {
  const rows = hosts.flatMap(({ id, name }) => {
    const row = tsdb.latest(id)?.rows.find(({ entity }) => entity === 'host')
    return row === undefined ? [] : [{ name, row }]
  })
  return layoutOf('host').metrics.map((metric) => ({
    name: `lumen_host_${metric.field}`,
    help: metric.spec.title,
    type: 'gauge',
    values: rows.flatMap(({ name, row }) => {
      const value = fromFixedPoint(row.values[metric.index] ?? Number.NaN, metric.spec)
      return value === null ? [] : [{ labels: { host: name }, value }]
    }),
  }))
}
