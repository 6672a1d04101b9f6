import { z } from 'zod'

const word = z.string().nullable()
const count = z.number().nullable()
const time = z.int().nullable()

export const datastoreSchema = z.object({
  name: z.string(),
  used_bytes: count,
  total_bytes: count,
  avail_bytes: count,
  /** When it is full if it goes on, as the server estimates; null: not in sight. */
  full_at: time,
  /** Why it cannot be read; null: it can. */
  error: word,
  /** Data before deduplication over data on disk, of the last collection. */
  deduplication: count,
  /** Garbage that waits to be removed. */
  pending_bytes: count,
})
export type Datastore = z.infer<typeof datastoreSchema>

/** Backups of one thing in one place. */
export const backupGroupSchema = z.object({
  store: z.string(),
  /** Empty: the root namespace. */
  namespace: z.string(),
  /** vm, ct, host. */
  type: z.string(),
  id: z.string(),
  last_backup: time,
  count: z.int().nullable(),
  comment: word,
  owner: word,
  /** As far as a cluster that shows this datastore as a storage says; null: unknown. */
  verified: z.enum(['ok', 'failed']).nullable(),
  /** The guest it is of, where that is sure. */
  guest: z.object({ connection_id: z.int(), connection: z.string(), vmid: z.int(), name: word }).nullable(),
})
export type BackupGroup = z.infer<typeof backupGroupSchema>

export const serverJobSchema = z.object({
  kind: z.enum(['verify', 'prune', 'sync', 'gc']),
  id: z.string(),
  store: word,
  namespace: z.string(),
  schedule: word,
  comment: word,
  state: z.enum(['ok', 'warnings', 'failed', 'never', 'unknown']),
  /** What the server says of its last end. */
  message: word,
  last_run: time,
  next_run: time,
})
export type ServerJob = z.infer<typeof serverJobSchema>

export const serverTaskSchema = z.object({
  upid: z.string(),
  type: z.string(),
  about: word,
  user: word,
  started_at: z.int(),
  ended_at: time,
  state: z.enum(['failed', 'warnings']),
  message: z.string(),
})
export type ServerTask = z.infer<typeof serverTaskSchema>

export const backupServerSchema = z.object({
  datastores: z.array(datastoreSchema),
  groups: z.array(backupGroupSchema),
  jobs: z.array(serverJobSchema),
  /** That failed or warned in the last 7 days, newest first, at most 200. */
  tasks: z.array(serverTaskSchema),
})
export type BackupServer = z.infer<typeof backupServerSchema>
