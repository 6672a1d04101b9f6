import { z } from 'zod'

const word = z.string().nullable()
const time = z.int().nullable()

/** A backup of a guest that lies somewhere. */
export const backupSchema = z.object({
  /** When it was begun. */
  at: z.int(),
  size_bytes: z.number().nullable(),
  /** Storage of the cluster, or `SERVER: DATASTORE`, with its namespace. */
  where: z.string(),
  /** Null: not verified, or kept where nothing is. */
  verified: z.enum(['ok', 'failed']).nullable(),
  is_protected: z.boolean(),
  is_encrypted: z.boolean(),
})
export type Backup = z.infer<typeof backupSchema>

/** A run of vzdump for one guest. */
export const backupRunSchema = z.object({
  at: z.int(),
  ended_at: time,
  state: z.enum(['running', 'ok', 'warnings', 'failed']),
  /** What Proxmox says of its end; null while it runs. */
  message: word,
  node: z.string(),
  upid: z.string(),
})
export type BackupRun = z.infer<typeof backupRunSchema>

/** ok: the last run was good, or none is known and there is a good backup · failed, warnings: how the last run ended ·
 * unverified: there are backups, and those that were verified are broken · never: there is none, and where they would
 * lie was looked at · unknown: it may not be seen, or was not read yet. */
export const BACKUP_STATES = ['ok', 'warnings', 'failed', 'unverified', 'never', 'unknown'] as const

export const guestBackupSchema = z.object({
  state: z.enum(BACKUP_STATES),
  /** The newest that is good: not one that failed its verification. */
  last: backupSchema.nullable(),
  /** Seconds since it; null: there is none. */
  age_s: z.int().nullable(),
  /** How many lie anywhere. */
  count: z.int(),
  /** Newest first, at most 10. */
  recent: z.array(backupSchema),
  /** Names of the jobs that cover it, of those that are enabled. */
  jobs: z.array(z.string()),
  /** Whether any job covers it; null: unknown. */
  is_covered: z.boolean().nullable(),
  last_run: backupRunSchema.nullable(),
})
export type GuestBackup = z.infer<typeof guestBackupSchema>

export const backupJobSchema = z.object({
  id: z.string(),
  is_enabled: z.boolean(),
  schedule: word,
  storage: word,
  /** Runs on this node alone; null: on all. */
  node: word,
  mode: word,
  comment: word,
  next_run: time,
  /** In words of Proxmox: which guests it says it is for. */
  selects: z.object({
    all: z.boolean(),
    vmids: z.array(z.int()),
    except: z.array(z.int()),
    pool: word,
  }),
  /** Guests it covers now. */
  guests: z.array(z.int()),
})
export type BackupJob = z.infer<typeof backupJobSchema>
