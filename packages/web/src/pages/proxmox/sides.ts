import type { Unit } from '@lumen/model/field'
import type { WireRow } from '@lumen/protocol/agent/frame'
import type { HostLink } from '@lumen/protocol/http/proxmox/machine-links'

type Value = number | null | undefined
type Title = 'pve.cpu' | 'pve.memory' | 'pve.received' | 'pve.sent' | 'pve.diskRead' | 'pve.diskWritten'

/** One quantity as the agent inside tells it and as the hypervisor does. */
export interface Comparison {
  title: Title
  note?: 'pve.memoryNote'
  unit: Unit
  inside: Value
  outside: Value
}

/** What both sides tell of a machine. Of its memory the agent's number is to be preferred: it knows cache from use. A
 * quantity neither side tells is left out. `memory` fills in until readings come. */
export function comparisonsOf(
  inside: WireRow<'host'> | undefined,
  outside: WireRow<'host'> | WireRow<'guest'> | undefined,
  memory: HostLink['memory'],
): Comparison[] {
  const rows: Comparison[] = [
    { title: 'pve.cpu', unit: 'percent', inside: inside?.cpu_pct, outside: outside?.cpu_pct },
    {
      title: 'pve.memory',
      note: 'pve.memoryNote',
      unit: 'bytes',
      inside: inside?.mem_used_bytes ?? memory.inside_used_bytes,
      outside: outside?.mem_used_bytes ?? memory.outside_used_bytes,
    },
    {
      title: 'pve.received',
      unit: 'bytes_per_second',
      inside: inside?.net_rx_bytes_per_s,
      outside: outside?.net_rx_bytes_per_s,
    },
    {
      title: 'pve.sent',
      unit: 'bytes_per_second',
      inside: inside?.net_tx_bytes_per_s,
      outside: outside?.net_tx_bytes_per_s,
    },
    {
      title: 'pve.diskRead',
      unit: 'bytes_per_second',
      inside: inside?.disk_read_bytes_per_s,
      outside: outside?.disk_read_bytes_per_s,
    },
    {
      title: 'pve.diskWritten',
      unit: 'bytes_per_second',
      inside: inside?.disk_write_bytes_per_s,
      outside: outside?.disk_write_bytes_per_s,
    },
  ]
  const isKnown = (value: Value) => value !== null && value !== undefined
  return rows.filter(({ inside, outside }) => isKnown(inside) || isKnown(outside))
}
