import type { EntityName } from '@lumen/model/catalog'
import { layoutOf } from '@lumen/model/metric'
import type { EntityRow } from '@lumen/model/sample'
import { HOUR, SECOND } from '@lumen/model/time'
import type { ClusterDisk, ClusterPool, ClusterReplication } from '@lumen/protocol/http/proxmox/cluster'
import type { GuestBackup } from '@lumen/protocol/http/proxmox/guest-backups'
import type { GuestNow } from '../poller/inventory.ts'
import { rowOf } from '../poller/row-of.ts'
import { isOverdue } from './overdue.ts'
import { errorCount } from './pools.ts'

/** What is read seldom, as rows that go with each frame, so that rules look at it as at everything else. Missing is
 * missing: a word nobody said is no attribute. */

export function clusterRow(
  nodesOnline: number,
  nodesTotal: number,
  isQuorate: boolean | undefined,
): EntityRow {
  const quorum = isQuorate === undefined ? undefined : isQuorate ? 'yes' : 'lost'
  const counts = { nodes_online: nodesOnline, nodes_total: nodesTotal }
  return rowOf('cluster', '', counts, { quorum }) ?? wordsOnly('cluster', '', { quorum })
}

export function poolRow(pool: ClusterPool, now: number): EntityRow {
  const { name, size_bytes, alloc_bytes, fragmentation_pct, health, scrubbed_at } = pool
  const free = size_bytes === null || alloc_bytes === null ? undefined : size_bytes - alloc_bytes
  const values = {
    ...{ size_bytes: size_bytes ?? undefined, alloc_bytes: alloc_bytes ?? undefined, free_bytes: free },
    ...{ frag_pct: fragmentation_pct ?? undefined, errors: errorCount(pool) },
    scrub_age_s: scrubbed_at === null ? undefined : Math.max(0, (now - scrubbed_at) / SECOND),
  }
  const words = { health: health ?? undefined }
  return rowOf('zpool', name, values, words) ?? wordsOnly('zpool', name, words)
}

/** Undefined where its health was not asked for: there is nothing to tell. */
export function diskRow({ serial, path, model, health, life_left_pct }: ClusterDisk): EntityRow | undefined {
  if (health === null && life_left_pct === null) return undefined
  const key = serial ?? path
  const words = { health: health ?? undefined, device: path, model: model ?? undefined }
  const row = rowOf('smart', key, { life_left_pct: life_left_pct ?? undefined }, words)
  return row ?? wordsOnly('smart', key, words)
}

export function backupRow({ vmid, name }: GuestNow, backup: GuestBackup, now: number): EntityRow {
  const { state, last, count, is_covered, last_run } = backup
  const key = String(vmid)
  // What failed is told as that.
  const isLate = state !== 'failed' && isOverdue(backup, now)
  const words = {
    ...{ name, state, where: last?.where },
    due: state === 'unknown' || is_covered === false ? undefined : isLate ? 'overdue' : 'no',
    covered: is_covered === null ? undefined : is_covered ? 'yes' : 'no',
    message: state === 'failed' ? (last_run?.message ?? undefined) : undefined,
  }
  const values = {
    age_hours: last === null ? undefined : Math.max(0, (now - last.at) / HOUR),
    ...{ size_bytes: last?.size_bytes ?? undefined, kept: state === 'unknown' ? undefined : count },
  }
  return rowOf('backup', key, values, words) ?? wordsOnly('backup', key, words)
}

export function replicationRow(job: ClusterReplication, guest: string | undefined, now: number): EntityRow {
  const { id, state, target, error, last_sync, fail_count } = job
  const words = { state, guest, target: target ?? undefined, message: error ?? undefined }
  const age_s = last_sync === null ? undefined : Math.max(0, (now - last_sync) / SECOND)
  return rowOf('replication', id, { age_s, fail_count }, words) ?? wordsOnly('replication', id, words)
}

/** A row whose words are all that is known. */
function wordsOnly(
  entity: EntityName,
  key: string,
  words: Readonly<Record<string, string | undefined>>,
): EntityRow {
  const attributes = Object.fromEntries(
    Object.entries(words).filter((word): word is [string, string] => word[1] !== undefined),
  )
  const values = new Float64Array(layoutOf(entity).metrics.length).fill(Number.NaN)
  return { entity, key, values, attributes }
}
