import type { EntityRow } from '@lumen/model/sample'
import type { GuestNow, StorageNow } from './inventory.ts'
import { percentOf, rowOf } from './row-of.ts'

/** What was read of one thing at one time: by the names of `/cluster/metrics/export`, rates in place of counters. */
export type Reading = Readonly<Record<string, number | undefined>>

/** Counters, which are read as rates. */
export const COUNTERS = ['net_in', 'net_out', 'disk_read', 'disk_write'] as const

const hundredfold = (share: number | undefined) => (share === undefined ? undefined : 100 * share)

/** The host row of a node, and its root file system. */
export function nodeRows(read: Reading): EntityRow[] {
  const rootPct = percentOf(read.disk_used, read.disk_total)
  const host = rowOf('host', '', {
    cpu_pct: hundredfold(read.cpu_current),
    cpu_iowait_pct: hundredfold(read.cpu_iowait),
    load1: read.cpu_avg1,
    load5: read.cpu_avg5,
    load15: read.cpu_avg15,
    mem_total_bytes: read.mem_total,
    mem_used_bytes: read.mem_used,
    mem_available_bytes: read.mem_available,
    mem_pct: percentOf(read.mem_used, read.mem_total),
    swap_total_bytes: read.swap_total,
    swap_used_bytes: read.swap_used,
    swap_pct: percentOf(read.swap_used, read.swap_total),
    net_rx_bytes_per_s: read.net_in,
    net_tx_bytes_per_s: read.net_out,
    disk_pct: rootPct,
    uptime_s: read.uptime,
    zfs_arc_bytes: read.arcsize,
    psi_cpu_some_pct: read.pressurecpusome,
    psi_memory_some_pct: read.pressurememorysome,
    psi_memory_full_pct: read.pressurememoryfull,
    psi_io_some_pct: read.pressureiosome,
    psi_io_full_pct: read.pressureiofull,
  })
  const root = rowOf('filesystem', '/', {
    used_bytes: read.disk_used,
    total_bytes: read.disk_total,
    used_pct: rootPct,
  })
  return [host, root].filter((row) => row !== undefined)
}

/** Undefined for a template, which has no numbers of its own. Of a virtual machine Proxmox does not know how full its
 * disks are and says 0: that is missing. */
export function guestRow(guest: GuestNow, read: Reading): EntityRow | undefined {
  if (guest.isTemplate) return undefined
  const isRunning = guest.state === 'running'
  return rowOf(
    'guest',
    String(guest.vmid),
    {
      cpu_pct: hundredfold(read.cpu_current),
      mem_used_bytes: read.mem_used,
      mem_total_bytes: read.mem_total,
      disk_used_bytes: guest.kind === 'qemu' ? read.agent_disk_used : read.disk_used,
      disk_total_bytes: read.disk_total,
      net_rx_bytes_per_s: read.net_in,
      net_tx_bytes_per_s: read.net_out,
      disk_read_bytes_per_s: read.disk_read,
      disk_write_bytes_per_s: read.disk_write,
      uptime_s: isRunning ? read.uptime : undefined,
    },
    {
      ...{ kind: guest.kind, name: guest.name, state: guest.state, node: guest.node },
      expected: guest.isExpected === true ? 'running' : undefined,
    },
  )
}

export function storageRow(storage: StorageNow, read: Reading): EntityRow | undefined {
  const { disk_used: used, disk_total: total } = read
  return rowOf(
    'storage',
    storage.name,
    { used_bytes: used, total_bytes: total, used_pct: percentOf(used, total) },
    { state: storage.state, type: storage.type, content: storage.content },
  )
}
