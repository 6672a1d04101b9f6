import type {
  ClusterCertificate,
  ClusterDisk,
  ClusterPool,
  ClusterReplication,
} from '@lumen/protocol/http/proxmox/cluster'
import type { Answer } from '../client/call.ts'
import type { PVE } from '../client/pve-calls.ts'
import type { GuestBackupFile } from './backup-files.ts'
import type { GuestConfig } from './guest-config.ts'
import type { Ha } from './ha.ts'
import { TaskBook } from './task-book.ts'
import type { GuestOutcome } from './vzdump-log.ts'

export interface KnownGuest {
  config: GuestConfig
  /** Addresses its agent or its container tells. */
  ips: readonly string[]
  macs: readonly string[]
}

/** What was read of a cluster beside its inventory, each thing as it was last told. Null: not read yet. */
export class ClusterBook {
  ha: Ha | null = null
  replications: readonly ClusterReplication[] | null = null
  /** By node. */
  readonly pools = new Map<string, readonly ClusterPool[]>()
  readonly disks = new Map<string, readonly ClusterDisk[]>()
  readonly certificates = new Map<string, readonly ClusterCertificate[]>()
  readonly tasks = new TaskBook()
  /** How guests fared in runs of vzdump that did not end well, by UPID. */
  readonly outcomes = new Map<string, readonly GuestOutcome[]>()
  backupJobs: Answer<typeof PVE.backupJobs> | null = null
  /** Guests no job covers, as the cluster says. */
  notCovered: readonly number[] | null = null
  /** By place: `nas`, or `pve1/local` where each node has its own. */
  readonly backups = new Map<string, readonly GuestBackupFile[]>()
  readonly guests = new Map<number, KnownGuest>()
}
