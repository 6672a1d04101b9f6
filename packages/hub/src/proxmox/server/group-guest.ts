import { SECOND } from '@lumen/model/time'
import type { Backup } from '@lumen/protocol/http/proxmox/guest-backups'
import type { GuestNow } from '../poller/inventory.ts'
import type { ClusterWatch } from '../state/cluster-watch.ts'
import type { StoredGroup } from './server-book.ts'

export interface GroupGuest {
  cluster: ClusterWatch
  guest: GuestNow
  /** What the cluster says of the newest backup; null: it does not tell of it. */
  verified: Backup['verified']
}

const KIND_OF: Readonly<Record<string, GuestNow['kind']>> = { vm: 'qemu', ct: 'lxc' }

/** The guest a group is of: that whose cluster tells of the very same backup, begun at the same second, or else the only
 * one of that number, unless the group’s note names another. Several clusters count their guests from 100: a number alone
 * says nothing. */
export function guestOfGroup(group: StoredGroup, clusters: readonly ClusterWatch[]): GroupGuest | undefined {
  const kind = KIND_OF[group['backup-type']]
  const vmid = Number(group['backup-id'])
  const candidates = clusters.flatMap((cluster): GroupGuest[] => {
    const guest = cluster.state.inventory.guests.get(vmid)
    return guest === undefined || guest.kind !== kind ? [] : [{ cluster, guest, verified: null }]
  })
  const at = (group['last-backup'] ?? 0) * SECOND
  for (const candidate of candidates) {
    const twin = [...candidate.cluster.book.backups.values()]
      .flat()
      .find((file) => file.vmid === vmid && file.at === at)
    if (twin !== undefined) return { ...candidate, verified: twin.verified }
  }
  const [only] = candidates
  const isNamed = group.comment === undefined || group.comment === '' || group.comment === only?.guest.name
  return candidates.length === 1 && isNamed ? only : undefined
}
