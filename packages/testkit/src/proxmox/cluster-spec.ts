/** What a fake cluster is made of at the beginning; a script changes it from there. Sizes in bytes, times in epoch
 * ms. Nodes, guests and storages are named in scripts and truth by what they are called here, for ever. */
export interface ClusterSpec {
  /** Of the corosync cluster; a single node has none unless named. */
  name?: string
  release: PveRelease
  /** Since when there is history. */
  bornAt: number
  /** Where a PVE 9 was a PVE 8 before: history older than this has the old spacing. */
  upgradedAt?: number
  nodes: readonly NodeSpec[]
  guests: readonly GuestSpec[]
  storages: readonly StorageSpec[]
  backupJobs: readonly BackupJobSpec[]
  replications: readonly ReplicationSpec[]
  /** Guests under high availability. */
  ha: readonly number[]
  seed: number
}

export type PveRelease = '8.2' | '8.4' | '9.1'

export interface NodeSpec {
  name: string
  address: string
  cores: number
  memoryBytes: number
  rootBytes: number
  /** Last start. */
  bootedAt: number
  /** Mean share of all cores, 0 to 1. */
  load: number
  pools: readonly PoolSpec[]
  disks: readonly DiskSpec[]
}

export interface PoolSpec {
  name: string
  sizeBytes: number
  devices: readonly string[]
}

export interface DiskSpec {
  path: string
  model: string
  serial: string
  kind: 'nvme' | 'ssd' | 'hdd'
  sizeBytes: number
  use: string
  /** Life left in percent for NVMe, the vendor's value for SATA, or N/A, as Proxmox gives it. */
  wearout: number | 'N/A'
}

export interface GuestSpec {
  vmid: number
  type: 'qemu' | 'lxc'
  name: string
  node: string
  cores: number
  memoryBytes: number
  diskBytes: number
  state: 'running' | 'stopped' | 'template'
  isOnBoot: boolean
  /** Mean share of its own cores, 0 to 1. */
  load: number
  storage: string
  createdAt: number
  /** Of the run it is in at the beginning. */
  startedAt: number
  mac: string
  /** QEMU only: not configured, configured but silent, answering. */
  agent: 'off' | 'silent' | 'answering'
  tags?: string
}

export interface StorageSpec {
  name: string
  type: 'dir' | 'zfspool' | 'nfs' | 'pbs' | 'rbd'
  content: string
  isShared: boolean
  totalBytes: number
  /** Mean share in use, 0 to 1. */
  used: number
  /** Where it is enabled; everywhere unless named. */
  nodes?: readonly string[]
}

/** Runs each day at `hour` UTC, on each node for the guests there. */
export interface BackupJobSpec {
  id: string
  hour: number
  storage: string
  guests: readonly number[]
  keep: number
}

export interface ReplicationSpec {
  guest: number
  target: string
}

/** Package versions by release, as `/version` and `/nodes/{n}/status` give them. */
export const RELEASES: Readonly<
  Record<PveRelease, { version: string; release: string; repoid: string; kernel: string; major: 8 | 9 }>
> = {
  '8.2': { version: '8.2.4', release: '8.2', repoid: 'faa83925c9641325', kernel: '6.8.8-2-pve', major: 8 },
  '8.4': { version: '8.4.14', release: '8.4', repoid: 'b502d23c55afcba1', kernel: '6.8.12-16-pve', major: 8 },
  '9.1': { version: '9.1.2', release: '9.1', repoid: '9d436f37a0ac4172', kernel: '6.17.4-1-pve', major: 9 },
}
