import { z } from 'zod'
import { integerText } from '../integer-text.ts'
import { route } from '../route.ts'
import { backupServerSchema } from './backup-server.ts'
import { connectionSchema } from './connections.ts'
import { backupJobSchema, guestBackupSchema } from './guest-backups.ts'

const word = z.string().nullable()
const count = z.number().nullable()
/** Epoch ms; null: never, or unknown. */
const time = z.int().nullable()
/** A host of this hub. */
const hostRefSchema = z.object({ id: z.int(), name: z.string() })

/** What is read by itself and fails by itself. Of a cluster all up to `backups`, of a backup server the last four. */
export const CLUSTER_PARTS = [
  'resources',
  'status',
  'ha',
  'replication',
  'tasks',
  'pools',
  'disks',
  'certificates',
  'guests',
  'coverage',
  'backups',
  'datastores',
  'groups',
  'jobs',
  'server_tasks',
] as const
export type ClusterPartName = (typeof CLUSTER_PARTS)[number]

export const clusterPartSchema = z.object({
  name: z.enum(CLUSTER_PARTS),
  /** When it was last read, all of it or some, epoch ms; null: not yet. What is shown of it is from then. */
  read_at: time,
  /** What kept it from being read when it was last tried, each in words (a missing right by its name); empty: nothing. */
  faults: z.array(z.string()),
})
export type ClusterPart = z.infer<typeof clusterPartSchema>

export const clusterNodeSchema = z.object({
  name: z.string(),
  /** Null before its host is made. */
  host_id: z.int().nullable(),
  /** The agent that runs on it, where one is known to. */
  agent: hostRefSchema.nullable(),
  /** Whether its cluster hears it; null when it does not say. */
  is_online: z.boolean().nullable(),
  /** Of Proxmox VE: `9.1.2`. */
  version: word,
  cpu_pct: count,
  cores: count,
  mem_used_bytes: count,
  mem_total_bytes: count,
  /** Its root filesystem. */
  disk_used_bytes: count,
  disk_total_bytes: count,
  uptime_s: count,
})
export type ClusterNode = z.infer<typeof clusterNodeSchema>

export const clusterGuestSchema = z.object({
  vmid: z.int(),
  name: word,
  kind: z.enum(['qemu', 'lxc']),
  node: z.string(),
  /** running, stopped, paused…; unknown when its node has not been heard for a while. */
  state: z.string(),
  is_template: z.boolean(),
  /** Starts with its node; null: unknown. */
  is_on_boot: z.boolean().nullable(),
  tags: z.array(z.string()),
  pool: word,
  /** What holds it just now: backup, migrate, snapshot…; null: nothing. */
  lock: word,
  /** What high availability does with it (started, stopped, error…); null: not under it. */
  ha_state: word,
  /** Of its own cores; null while it does not run. */
  cpu_pct: count,
  cores: count,
  /** As the hypervisor sees it: for a virtual machine with the guest's own cache. */
  mem_used_bytes: count,
  mem_total_bytes: count,
  /** Null where nothing is known of the inside of its disks. */
  disk_used_bytes: count,
  disk_total_bytes: count,
  uptime_s: count,
  /** The host whose agent runs inside, with what that agent says; null: none is known. */
  inside: z
    .object({
      host: hostRefSchema,
      cpu_pct: count,
      mem_used_bytes: count,
      mem_total_bytes: count,
      /** Of the fullest filesystem, percent. */
      disk_pct: count,
      at: time,
    })
    .nullable(),
  /** Null for templates. */
  backup: guestBackupSchema.nullable(),
})
export type ClusterGuest = z.infer<typeof clusterGuestSchema>

export const clusterStorageSchema = z.object({
  name: z.string(),
  /** The nodes that have it; of one that is not shared exactly one. */
  nodes: z.array(z.string()),
  is_shared: z.boolean(),
  /** Host that has its history. */
  host_id: z.int().nullable(),
  type: word,
  content: z.array(z.string()),
  /** Nodes that cannot reach it. */
  unavailable_on: z.array(z.string()),
  used_bytes: count,
  total_bytes: count,
  /** When it is full if it goes on as in the last days; null: not in sight, or unknown. */
  full_at: time,
})
export type ClusterStorage = z.infer<typeof clusterStorageSchema>

export const clusterPoolSchema = z.object({
  node: z.string(),
  name: z.string(),
  size_bytes: count,
  alloc_bytes: count,
  fragmentation_pct: count,
  /** ONLINE, DEGRADED, FAULTED… */
  health: word,
  /** `No known data errors`, or what zpool says of them; null: unknown. */
  errors: word,
  has_errors: z.boolean().nullable(),
  /** What ZFS advises. */
  status: word,
  action: word,
  /** When the last scrub ended. */
  scrubbed_at: time,
  /** What scrub or resilver says of itself. */
  scan: word,
  /** Devices that are not well, by name. */
  bad_devices: z.array(z.object({ name: z.string(), state: word, errors: z.int() })),
})
export type ClusterPool = z.infer<typeof clusterPoolSchema>

export const clusterDiskSchema = z.object({
  node: z.string(),
  path: z.string(),
  model: word,
  serial: word,
  /** nvme, ssd, hdd… */
  kind: word,
  size_bytes: count,
  /** ZFS, LVM, ext4… */
  used_by: word,
  /** What its SMART says (PASSED, OK, FAILED…); null where it is not asked. */
  health: word,
  /** Percent; null: unknown, or not asked. */
  life_left_pct: count,
})
export type ClusterDisk = z.infer<typeof clusterDiskSchema>

export const clusterCertificateSchema = z.object({
  node: z.string(),
  file: z.string(),
  subject: word,
  issuer: word,
  /** SHA-256, `AA:BB:…`. */
  fingerprint: word,
  names: z.array(z.string()),
  not_before: time,
  not_after: time,
})
export type ClusterCertificate = z.infer<typeof clusterCertificateSchema>

export const haResourceSchema = z.object({
  /** `vm:100`. */
  id: z.string(),
  vmid: z.int().nullable(),
  node: word,
  /** started, stopped, error, fence… */
  state: word,
  requested_state: word,
})
export const haSchema = z.object({
  /** The manager: its node and how it fares; null: none is at work. */
  master: z.object({ node: word, status: z.string() }).nullable(),
  resources: z.array(haResourceSchema),
})

/** ok: the last run was · failing: it was not · waiting: it has not run yet · off: disabled. */
export const replicationSchema = z.object({
  id: z.string(),
  vmid: z.int(),
  source: word,
  target: word,
  schedule: word,
  state: z.enum(['ok', 'failing', 'waiting', 'off', 'unknown']),
  last_sync: time,
  last_try: time,
  next_sync: time,
  duration_s: count,
  fail_count: z.int(),
  error: word,
})
export type ClusterReplication = z.infer<typeof replicationSchema>

/** A task that did not end well. */
export const clusterTaskSchema = z.object({
  upid: z.string(),
  node: z.string(),
  /** vzdump, qmigrate, qmstart… */
  type: z.string(),
  /** What it was about: a guest, a storage. */
  about: word,
  vmid: z.int().nullable(),
  user: word,
  started_at: z.int(),
  ended_at: time,
  state: z.enum(['failed', 'warnings']),
  /** What Proxmox says of its end. */
  message: z.string(),
})
export type ClusterTask = z.infer<typeof clusterTaskSchema>

export const clusterDetailSchema = z.object({
  connection: connectionSchema,
  /** Hub's clock when this was put together. */
  time: z.int(),
  parts: z.array(clusterPartSchema),
  /** Null for a backup server. */
  cluster: z
    .object({
      /** Of corosync; null: a single node. */
      name: word,
      /** Host that has guests and shared storages. */
      host_id: z.int().nullable(),
      /** Null: a single node has none, or unknown. */
      is_quorate: z.boolean().nullable(),
      nodes_online: z.int(),
      nodes_total: z.int(),
      ha: haSchema.nullable(),
      nodes: z.array(clusterNodeSchema),
      guests: z.array(clusterGuestSchema),
      storages: z.array(clusterStorageSchema),
      pools: z.array(clusterPoolSchema),
      disks: z.array(clusterDiskSchema),
      /** Disks are asked for their SMART, which wakes them. */
      asks_smart: z.boolean(),
      certificates: z.array(clusterCertificateSchema),
      backup_jobs: z.array(backupJobSchema),
      /** Guests no job covers, as Proxmox says it; null: unknown. */
      not_covered: z.array(z.int()).nullable(),
      replications: z.array(replicationSchema),
      /** That failed or warned in the last 7 days, newest first, at most 200. */
      tasks: z.array(clusterTaskSchema),
    })
    .nullable(),
  /** Null for a cluster. */
  server: backupServerSchema.nullable(),
})
export type ClusterDetail = z.infer<typeof clusterDetailSchema>

export const getProxmox = route({
  method: 'GET',
  path: '/api/proxmox/:id',
  auth: 'session',
  summary:
    'Everything about one cluster or backup server: nodes, guests, storages, backups, pools, disks, replication, tasks; with when each part was last read and what kept it from that',
  params: z.object({ id: integerText() }),
  answer: clusterDetailSchema,
  problems: ['connection_unknown'],
})
