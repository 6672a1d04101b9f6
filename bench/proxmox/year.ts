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
 * which finer archives bring, and the ends of the oldest.
 * @param shown charts that were full at an earlier look: not asked for again, and added to */
export async function hasYear(
  admin: HubClient,
  release: PveRelease,
  nodes: number,
  guests: number,
  shown: Set<string>,
): Promise<boolean> {
  const hosts = await admin.hosts()
  const cluster = hosts.find(({ kind }) => kind === 'proxmox-cluster')
  const known = hosts.filter(({ kind }) => kind === 'proxmox-node')
  if (cluster === undefined || known.length < nodes) return false
  const now = Date.now()
  const from = now - 350 * DAY
  const to = now - 40 * DAY
  /** Whether so many series of the chart are full. */
  const isFull = async (least: number, host: number, metrics: string, key = '*') => {
    const name = `${host} ${metrics} ${key}`
    if (shown.has(name)) return true
    const { series, step_ms } = await admin.query({ host, metrics, key, from, to, points: POINTS })
    const wanted = ENOUGH * ((to - from) / Math.max(step_ms, ROW_MS[release]))
    const full = series.filter(({ avg }) => avg.filter((value) => value !== null).length >= wanted)
    if (full.length < least) return false
    shown.add(name)
    return true
  }
  for (const { id } of known) {
    if (!(await isFull(1, id, 'host.cpu_pct'))) return false
    if (!(await isFull(OWN_STORAGES, id, 'storage.used_pct'))) return false
  }
  if (!(await isFull(SHARED_STORAGES, cluster.id, 'storage.used_pct'))) return false
  for (let at = 0; at < guests; at += EVERY) {
    const vmid = FIRST_VMID + at
    // Templates have no history.
    if (at % 20 === 17 || at % 20 === 18) continue
    if (!(await isFull(1, cluster.id, 'guest.mem_total_bytes', String(vmid)))) return false
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
