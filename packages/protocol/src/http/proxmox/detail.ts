import { z } from 'zod'
import { integerText } from '../integer-text.ts'
import { route } from '../route.ts'
import { connectionSchema } from './connections.ts'

const number = z.number().nullable()
const word = z.string().nullable()
const flag = z.boolean().nullable()
/** Epoch ms; null when unknown or never. */
const time = z.int().nullable()

/** Null is unknown throughout: the token may not see it, the version does not tell, or it was not read yet. */
export const guestBackupSchema = z.object({
  /** When the newest backup that is there was begun. */
  last_good: time,
  size_bytes: number,
  storage: word,
  /** Of the newest: ok, failed, or null where nobody verified it. */
  verified: word,
  count: z.int(),
  /** Jobs that cover it. */
  jobs: z.array(z.string()),
})
export type GuestBackup = z.infer<typeof guestBackupSchema>

export const proxmoxGuestSchema = z.object({
  vmid: z.int(),
  kind: z.enum(['qemu', 'lxc']),
  name: word,
  node: z.string(),
  /** running, stopped, paused…; unknown when its node has not been heard for a while. */
  state: z.string(),
  template: z.boolean(),
  tags: z.array(z.string()),
  pool: word,
  lock: word,
  ha_state: word,
  cpu_pct: number,
  mem_used_bytes: number,
  mem_total_bytes: number,
  /** Null until backups were looked at. */
  backup: guestBackupSchema.nullable(),
})
export type ProxmoxGuest = z.infer<typeof proxmoxGuestSchema>

export const proxmoxNodeSchema = z.object({
  name: z.string(),
  /** The host that stands for it. */
  host: z.int().nullable(),
  online: flag,
  ip: word,
})

export const proxmoxStorageSchema = z.object({
  name: z.string(),
  /** Null where all nodes share it. */
  node: word,
  host: z.int().nullable(),
  state: word,
  type: word,
  content: word,
  used_bytes: number,
  total_bytes: number,
  used_pct: number,
  /** 90 % or more of it is in use. */
  nearly_full: z.boolean(),
})

export const proxmoxPoolSchema = z.object({
  node: z.string(),
  name: z.string(),
  health: word,
  size_bytes: number,
  alloc_bytes: number,
  frag_pct: number,
  errors: number,
  /** What `zpool status` says of errors and of the last scrub. */
  errors_text: word,
  scan: word,
  scrubbed_at: time,
})

export const proxmoxDiskSchema = z.object({
  node: z.string(),
  path: z.string(),
  model: word,
  serial: word,
  type: word,
  size_bytes: number,
  used_for: word,
})

export const haServiceSchema = z.object({ sid: z.string(), node: word, state: word, wanted: word })

export const replicationSchema = z.object({
  id: z.string(),
  guest: z.int().nullable(),
  source: word,
  target: word,
  schedule: word,
  enabled: z.boolean(),
  last_sync: time,
  next_sync: time,
  fail_count: number,
  error: word,
})

export const taskSchema = z.object({
  node: z.string(),
  type: word,
  /** What it was about: a guest’s number, a storage… */
  id: word,
  user: word,
  started_at: z.int(),
  ended_at: time,
  /** What it ended with. */
  status: z.string(),
})

export const backupJobSchema = z.object({
  id: z.string(),
  enabled: z.boolean(),
  schedule: word,
  storage: word,
  node: word,
  comment: word,
  next_run: time,
  /** Guests it covers. */
  guests: z.array(z.int()),
})

export const clusterSchema = z.object({
  name: word,
  quorate: flag,
  /** The host whose rows guests and shared storages are. */
  host: z.int().nullable(),
  nodes: z.array(proxmoxNodeSchema),
  guests: z.array(proxmoxGuestSchema),
  storages: z.array(proxmoxStorageSchema),
  pools: z.array(proxmoxPoolSchema),
  disks: z.array(proxmoxDiskSchema),
  /** Null where nothing is under high availability, or that is not known. */
  ha: z.object({ manager: word, services: z.array(haServiceSchema) }).nullable(),
  replications: z.array(replicationSchema),
  /** Of the last 24 hours, newest first. */
  failed_tasks: z.array(taskSchema),
  backup_jobs: z.array(backupJobSchema),
  /** Backup runs of the last seven days that failed, newest first. */
  failed_backups: z.array(taskSchema),
  /** Guests in no job; templates are not among them. */
  uncovered: z.array(z.int()),
})
export type ClusterDetail = z.infer<typeof clusterSchema>

export const datastoreSchema = z.object({
  name: z.string(),
  total_bytes: number,
  used_bytes: number,
  used_pct: number,
  nearly_full: z.boolean(),
  /** When it will be full if it goes on like that. */
  full_at: time,
  /** Why it cannot be used, in words. */
  error: word,
  groups: z.array(
    z.object({ type: z.string(), id: z.string(), last_backup: time, count: number, comment: word }),
  ),
})

export const serverJobSchema = z.object({
  kind: z.enum(['verify', 'prune', 'sync', 'gc']),
  id: z.string(),
  datastore: word,
  enabled: z.boolean(),
  schedule: word,
  last_state: word,
  last_ended: time,
  next_run: time,
})

export const backupServerSchema = z.object({
  datastores: z.array(datastoreSchema),
  jobs: z.array(serverJobSchema),
  /** Of the last seven days, newest first. */
  failed_tasks: z.array(taskSchema),
})
export type BackupServerDetail = z.infer<typeof backupServerSchema>

export const getProxmox = route({
  method: 'GET',
  path: '/api/proxmox/:id',
  auth: 'session',
  summary: 'One connection: the state of its cluster, guests and their backups, or of its backup server',
  params: z.object({ id: integerText() }),
  answer: z.object({
    connection: connectionSchema,
    cluster: clusterSchema.nullable(),
    backup_server: backupServerSchema.nullable(),
  }),
  problems: ['connection_unknown'],
})
