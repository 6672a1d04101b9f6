import { DAY, HOUR } from '@lumen/model/time'
import type { HubClient } from '@lumen/testkit/hub-client'
import type { PveRelease } from '@lumen/testkit/proxmox/cluster-spec'

/** How far apart rows of a year lie. */
const ROW_MS: Readonly<Record<PveRelease, number>> = { '8.2': 7 * DAY, '8.4': 7 * DAY, '9.1': 6 * HOUR }
const POINTS = 100
/** Of the rows that lie in the part that is looked at. */
const ENOUGH = 0.85
/** Templates have no history: a tenth of the sample cluster. */
const CHARTED = 0.9
/** Each node's own two, and two that are shared. */
const SHARED_STORAGES = 2
const OWN_STORAGES = 2

/** Whether a chart of a year shows every node, guest and storage of a sample cluster. The newest 40 days are left out,
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
  const full = async (host: number, metrics: string) => {
    const { series, step_ms } = await admin.query({ host, metrics, from, to, points: POINTS })
    const wanted = ENOUGH * ((to - from) / Math.max(step_ms, ROW_MS[release]))
    return series.filter(({ avg }) => avg.filter((value) => value !== null).length >= wanted).length
  }
  for (const { id } of known) {
    if ((await full(id, 'host.cpu_pct')) < 1) return false
    if ((await full(id, 'storage.used_pct')) < OWN_STORAGES) return false
  }
  if ((await full(cluster.id, 'storage.used_pct')) < SHARED_STORAGES) return false
  return (await full(cluster.id, 'guest.mem_total_bytes')) >= CHARTED * guests
}
