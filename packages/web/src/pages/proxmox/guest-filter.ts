import type { ClusterGuest } from '@lumen/protocol/http/proxmox/cluster'

/** What is looked for among the guests of a cluster; empty: anything. */
export interface GuestWish {
  search: string
  node: string
  kind: string
  state: string
}

/** Whether a guest is wanted. Each word has to be somewhere in its number, name, node, tags, pool or agent. */
export function isWanted(guest: ClusterGuest, wish: GuestWish): boolean {
  if (wish.node !== '' && guest.node !== wish.node) return false
  if (wish.kind !== '' && guest.kind !== wish.kind) return false
  if (wish.state === 'uncovered') {
    if (!lacksBackup(guest)) return false
  } else if (wish.state !== '' && guest.state !== wish.state) return false
  const { vmid, name, node, tags, pool, ha_state, lock } = guest
  const text = [vmid, name, node, ...tags, pool, ha_state && `ha ${ha_state}`, lock, guest.inside?.host.name]
    .join(' ')
    .toLowerCase()
  return wish.search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}

/** Whether nothing would bring a guest back: no job covers it, or there never was a good backup. */
export function lacksBackup({ backup, is_template }: ClusterGuest): boolean {
  return !is_template && (backup?.is_covered === false || backup?.state === 'never')
}

/** Percent of its memory in use, rather as its agent says, which knows cache from use. */
export function memoryOf(guest: ClusterGuest): {
  used: number | null
  total: number | null
  isInside: boolean
} {
  const { inside } = guest
  const isInside = inside?.mem_used_bytes != null
  return {
    used: isInside ? inside.mem_used_bytes : guest.mem_used_bytes,
    total: (isInside ? inside.mem_total_bytes : null) ?? guest.mem_total_bytes,
    isInside,
  }
}

/** Fullness of its disk, percent: of the fullest filesystem inside, or what the hypervisor can tell. */
export function diskPctOf({
  inside,
  disk_used_bytes: used,
  disk_total_bytes: total,
}: ClusterGuest): number | null {
  if (inside?.disk_pct != null) return inside.disk_pct
  return used !== null && total !== null && total > 0 ? (100 * used) / total : null
}
