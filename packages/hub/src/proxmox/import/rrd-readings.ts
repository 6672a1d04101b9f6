import { toNumber } from '../client/lenient.ts'
import type { RrdRow } from '../client/pve-calls.ts'
import type { Reading } from '../poller/readings.ts'

/** Names of round-robin data as the export spells them. Rates are rates already. */
const NODE = {
  loadavg: 'cpu_avg1',
  cpu: 'cpu_current',
  iowait: 'cpu_iowait',
  memtotal: 'mem_total',
  memused: 'mem_used',
  swaptotal: 'swap_total',
  swapused: 'swap_used',
  roottotal: 'disk_total',
  rootused: 'disk_used',
  netin: 'net_in',
  netout: 'net_out',
  arcsize: 'arcsize',
  pressurecpusome: 'pressurecpusome',
  pressurememorysome: 'pressurememorysome',
  pressurememoryfull: 'pressurememoryfull',
  pressureiosome: 'pressureiosome',
  pressureiofull: 'pressureiofull',
} as const
const GUEST = {
  cpu: 'cpu_current',
  maxmem: 'mem_total',
  mem: 'mem_used',
  maxdisk: 'disk_total',
  disk: 'disk_used',
  netin: 'net_in',
  netout: 'net_out',
  diskread: 'disk_read',
  diskwrite: 'disk_write',
} as const
const STORAGE = { total: 'disk_total', used: 'disk_used' } as const

const reader =
  (names: Readonly<Record<string, string>>) =>
  (row: RrdRow): Reading =>
    Object.fromEntries(Object.entries(names).map(([from, to]) => [to, toNumber(row[from])]))

export const nodeReading = reader(NODE)
export const guestReading = reader(GUEST)
export const storageReading = reader(STORAGE)
