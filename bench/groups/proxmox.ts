import { DAY, MINUTE, SECOND } from '@lumen/model/time'
import type { ProxmoxConnection } from '@lumen/protocol/http/proxmox/connections'
import { sleep } from '@lumen/std/sleep'
import { type RunningHub, startLumenHub } from '@lumen/testkit/lumen-process'
import type { PveRelease } from '@lumen/testkit/proxmox/cluster-spec'
import { tempDir } from '@lumen/testkit/temp-dir'
import { type FleetProcess, startFleet } from '../fleet.ts'
import type { BenchGroup } from '../group.ts'
import { cpuEverMs, usageOf } from '../process-usage.ts'
import { startCluster } from '../proxmox/cluster.ts'
import { Lateness } from '../proxmox/lateness.ts'
import { hasYear, yearCharts } from '../proxmox/year.ts'
import { type Figure, figure } from '../result.ts'
import type { ProxmoxSettings } from '../settings.ts'

const NODES = 8
const GUESTS = 40 * NODES
const INTERVAL_MS = 5 * SECOND
const WINDOW_MS = 5 * SECOND
const WARM_UP_MS = 20 * SECOND
const BEFORE_MS = 40 * SECOND
const GIVE_UP_MS = 15 * MINUTE
const KEPT_MS = 365 * DAY
const MIB = 1024 ** 2

/** A cluster of eight nodes and ten years is connected to a hub that has a fleet: how soon its past is there, what that
 * does to the fleet's readings, and what asking costs from then on. The cluster is a process of its own and shares the
 * machine, as does the fleet. */
export const proxmoxBench: BenchGroup = async ({ say, proxmox }) => {
  const figures: Figure[] = []
  for (const release of proxmox.releases) figures.push(...(await round(release, proxmox, say)))
  return figures
}

async function round(
  release: PveRelease,
  { agents, minutes }: ProxmoxSettings,
  say: (line: string) => void,
): Promise<Figure[]> {
  await using data = await tempDir('lumen-bench-')
  await using hub = await startLumenHub({ dataDir: data.path, intervalMs: INTERVAL_MS })
  const { retention } = await hub.admin.call<{ retention: object }>('GET', '/api/settings')
  await hub.admin.call('PUT', '/api/settings', { retention: { ...retention, cold_ms: KEPT_MS } })
  const fleet = await startFleet(hub.admin, { hosts: agents, intervalMs: INTERVAL_MS, windowMs: WINDOW_MS })
  try {
    return await measured({ release, agents, minutes, hub, fleet, say })
  } finally {
    await fleet[Symbol.asyncDispose]()
  }
}

async function measured(parts: {
  release: PveRelease
  agents: number
  minutes: number
  hub: RunningHub
  fleet: FleetProcess
  say: (line: string) => void
}): Promise<Figure[]> {
  const { release, agents, minutes, hub, fleet } = parts
  const say = (line: string) => parts.say(`proxmox ${release}: ${line}`)
  await sleep(WARM_UP_MS)
  const lateness = new Lateness(hub.admin, INTERVAL_MS)
  const seen = () => fleet.windows().length
  const startedAt = seen()
  for (let at = 0; at < BEFORE_MS; at += SECOND) {
    await sleep(SECOND)
    await lateness.look()
  }
  const before = { late: lateness.take(), pushes: pushesOf(fleet, startedAt, seen()) }
  const rssBefore = usageOf(hub.child.pid).rssBytes

  await using cluster = await startCluster({ release, nodes: NODES, guests: GUESTS, historyMs: 3_650 * DAY })
  const importFrom = seen()
  const { connection } = await hub.admin.call<{ connection: ProxmoxConnection }>('POST', '/api/proxmox', {
    ...{ name: 'bench', kind: 'pve', addresses: cluster.addresses },
    ...{ token_id: cluster.tokenId, secret: cluster.secret, trust: { by: 'ca', pem: cluster.caPem } },
  })
  const connectedAt = performance.now()
  const elapsedS = () => (performance.now() - connectedAt) / SECOND
  const state = async () => {
    const { connections } = await hub.admin.call<{ connections: ProxmoxConnection[] }>('GET', '/api/proxmox')
    return connections.find(({ id }) => id === connection.id)!
  }
  // While the hub writes, an answer may take longer than the client waits: not answerable yet.
  const shown = new Set<string>()
  const shows = () =>
    hasYear(hub.admin, release, NODES, GUESTS, shown).catch((error: Error) => {
      say(`${elapsedS().toFixed(0)} s, the year is not answered: ${error.message}`)
      return false
    })
  let yearS: number | null = null
  let importS: number | null = null
  let hasBegun = false
  let mostBytes = 0
  let charts: [name: string, ms: number][] = []
  for (let look = 0; importS === null && elapsedS() * SECOND < GIVE_UP_MS; look++) {
    await sleep(SECOND)
    await lateness.look()
    mostBytes = Math.max(mostBytes, usageOf(hub.child.pid).rssBytes)
    const { import: progress, faults } = await state()
    if (progress !== null) hasBegun = true
    if (yearS === null && look % 3 === 0 && (await shows())) {
      yearS = elapsedS()
      charts = await yearCharts(hub.admin)
      say(charts.map(([name, ms]) => `${name} ${ms.toFixed(0)} ms`).join(', '))
    }
    if (hasBegun && progress === null && yearS !== null) importS = elapsedS()
    if (look % 10 === 0) {
      const { requests, busiest } = cluster.newest()
      const done = progress === null ? 'none' : `${progress.done} of ${progress.total}`
      say(
        `${elapsedS().toFixed(0)} s, import ${done}, ${requests} requests, busiest ${busiest}, ${(mostBytes / MIB).toFixed(0)} MiB at most ${faults.join('; ')}`,
      )
    }
  }
  say(`year after ${yearS?.toFixed(0)} s, all after ${importS?.toFixed(0)} s`)
  const during = { late: lateness.take(), pushes: pushesOf(fleet, importFrom, seen()) }

  await fleet[Symbol.asyncDispose]()
  await sleep(MINUTE)
  const withIt = await shareOf(hub.child.pid, minutes)
  const perMinute = (await state()).requests_per_minute
  const { busiest, told, seconds: watched, violations } = cluster.newest()
  await hub.admin.call('DELETE', `/api/proxmox/${connection.id}`)
  await sleep(10 * SECOND)
  const without = await shareOf(hub.child.pid, minutes)
  say(`CPU ${withIt.toFixed(2)} % with the connection, ${without.toFixed(2)} % without`)

  const group = 'proxmox'
  const of = `PVE ${release}, ${NODES} nodes × ${GUESTS / NODES} guests`
  const seconds = (value: number | null) => (value === null ? [] : [value])
  return [
    figure({
      ...{ group, name: `${of}: a year of charts after`, unit: 's', values: seconds(yearS) },
      target: { of: 'value', atMost: 60 },
      note: 'of every node, guest and storage',
    }),
    ...charts.map(([name, ms]) =>
      figure({
        ...{ group, name: `${of}: chart of a year of ${name}, first look`, unit: 'ms' },
        values: [ms],
      }),
    ),
    figure({
      ...{ group, name: `${of}: all history after`, unit: 's', values: seconds(importS) },
      target: { of: 'value', atMost: 120 },
    }),
    figure({
      ...{ group, name: `${of}: push p99 of ${agents} agents meanwhile`, unit: 'ms' },
      values: during.pushes,
      peer: { name: 'before', values: before.pushes },
      target: { of: 'value', atMost: 50 },
    }),
    figure({
      ...{ group, name: `${of}: newest reading late by, p99`, unit: 's', values: seconds(during.late) },
      peer: { name: 'before', values: seconds(before.late) },
      target: { of: 'value', atMost: INTERVAL_MS / SECOND },
    }),
    figure({
      ...{ group, name: `${of}: CPU of polling`, unit: '% of one core' },
      values: [Math.max(0, withIt - without)],
      target: { of: 'value', atMost: 2 },
      note: `${withIt.toFixed(2)} with the connection, ${without.toFixed(2)} without; ${perMinute} requests a minute`,
    }),
    figure({
      ...{ group, name: `${of}: most requests to a node in a second`, unit: '', values: [busiest] },
      target: { of: 'value', atMost: 3 },
      note: `${violations} outside of the allowed calls; in the ${told} of ${watched} s in which the cluster was not busy itself`,
    }),
    figure({
      ...{ group, name: `${of}: RSS of the hub, most`, unit: 'MiB', values: [mostBytes / MIB] },
      peer: { name: 'before', values: [rssBefore / MIB] },
    }),
  ]
}

/** Of one core, in percent. Threads may end meanwhile. */
async function shareOf(pid: number, minutes: number): Promise<number> {
  const from = { at: performance.now(), cpuMs: cpuEverMs(pid) }
  await sleep(minutes * MINUTE)
  return (100 * (cpuEverMs(pid) - from.cpuMs)) / (performance.now() - from.at)
}

/** The 99th percentile of each window. */
function pushesOf(fleet: FleetProcess, from: number, to: number): number[] {
  return fleet
    .windows()
    .slice(from, to)
    .flatMap(({ p99Ms }) => p99Ms ?? [])
}
