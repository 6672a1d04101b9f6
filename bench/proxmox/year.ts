import { DAY, HOUR } from '@lumen/model/time'
import type { HubClient } from '@lumen/testkit/hub-client'
import type { PveRelease } from '@lumen/testkit/proxmox/cluster-spec'

/** How far apart rows of a year lie. */
const ROW_MS: Readonly<Record<PveRelease, number>> = { '8.2': 7 * DAY, '8.4': 7 * DAY, '9.1': 6 * HOUR }
const POINTS = 100
/** Of the rows that lie in the part that is looked at. */
const ENOUGH = 0.85
/** Guests are asked for one by one, as pages do: every so many of them. */
const EVERY = 15
const FIRST_VMID = 100
/** Each node's own two, and two that are shared. */
const SHARED_STORAGES = 2
const OWN_STORAGES = 2

/** Whether a chart of a year shows every node and storage of a sample cluster and, one by one, guests of each node. The newest 40 days are left out,
 * which finer archives bring, and the ends of the oldest. */
export async function hasYear(
  admin: HubClient,
  release: PveRelease,
  nodes: number,
  guests: number,
): Promise<boolean> {
  const hosts = await admin.hosts()
  const cluster = hosts.find(({ kind }) => kind === 'proxmox-cluster')
  const known = hosts.filter(({ kind }) => kind === 'proxmox-node')
  if (cluster === undefined || known.length < nodes) return false
  const now = Date.now()
  const from = now - 350 * DAY
  const to = now - 40 * DAY
  const full = async (host: number, metrics: string, key = '*') => {
    const { series, step_ms } = await admin.query({ host, metrics, key, from, to, points: POINTS })
    const wanted = ENOUGH * ((to - from) / Math.max(step_ms, ROW_MS[release]))
    return series.filter(({ avg }) => avg.filter((value) => value !== null).length >= wanted).length
  }
  for (const { id } of known) {
    if ((await full(id, 'host.cpu_pct')) < 1) return false
    if ((await full(id, 'storage.used_pct')) < OWN_STORAGES) return false
  }
  if ((await full(cluster.id, 'storage.used_pct')) < SHARED_STORAGES) return false
  for (let at = 0; at < guests; at += EVERY) {
    const vmid = FIRST_VMID + at
    // Templates have no history.
    if (at % 20 === 17 || at % 20 === 18) continue
    if ((await full(cluster.id, 'guest.mem_total_bytes', String(vmid))) < 1) return false
  }
  return true
}

/** What pages ask for a year of, by name: how long each answer took, ms. */
export async function yearCharts(admin: HubClient): Promise<[name: string, ms: number][]> {
  const hosts = await admin.hosts()
  const cluster = hosts.find(({ kind }) => kind === 'proxmox-cluster')!
  const node = hosts.find(({ kind }) => kind === 'proxmox-node')!
  const to = Date.now()
  const ask = async (host: number, metrics: string, key: string) => {
    const askedAt = performance.now()
    await admin.query({ host, metrics, key, from: to - 365 * DAY, to, points: 600 })
    return performance.now() - askedAt
  }
  return [
    ['a node', await ask(node.id, 'host.cpu_pct', '*')],
    ['the storages of a node', await ask(node.id, 'storage.used_pct', '*')],
    ['one guest', await ask(cluster.id, 'guest.cpu_pct', String(FIRST_VMID))],
    ['all guests', await ask(cluster.id, 'guest.cpu_pct', '*')],
  ]
}
