import { SECOND } from '@lumen/model/time'
import type { ClusterCertificate, ClusterDisk } from '@lumen/protocol/http/proxmox/cluster'
import type { Answer } from '../client/call.ts'
import { toNumber } from '../client/lenient.ts'
import type { PVE } from '../client/pve-calls.ts'

/** @param asksSmart without it Proxmox looks up neither health nor wear: both are missing, not good */
export function readDisk(
  node: string,
  row: Answer<typeof PVE.disks>[number],
  asksSmart: boolean,
): ClusterDisk {
  const life = toNumber(row.wearout)
  const health = row.health === undefined || row.health === 'UNKNOWN' ? null : row.health
  return {
    ...{ node, path: row.devpath, kind: row.type ?? null, size_bytes: row.size ?? null },
    model: row.model ?? null,
    serial: row.serial === undefined || row.serial === 'unknown' ? null : row.serial,
    used_by: row.used ?? null,
    health: asksSmart ? health : null,
    // Of what turns Proxmox has no wear.
    life_left_pct: asksSmart && life !== undefined && life >= 0 && life <= 100 ? life : null,
  }
}

export function readCertificate(
  node: string,
  row: Answer<typeof PVE.certificates>[number],
): ClusterCertificate {
  const time = (atS: number | undefined) => (atS === undefined ? null : Math.round(atS * SECOND))
  return {
    ...{ node, file: row.filename ?? '', subject: row.subject ?? null, issuer: row.issuer ?? null },
    fingerprint: row.fingerprint ?? null,
    names: row.san,
    not_before: time(row.notbefore),
    not_after: time(row.notafter),
  }
}
