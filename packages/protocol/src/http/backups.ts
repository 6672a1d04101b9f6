import { z } from 'zod'
import { route } from './route.ts'

const backupSchema = z.object({
  file: z.string(),
  bytes: z.int(),
  made_at: z.int(),
  is_encrypted: z.boolean(),
})

export const backupsSchema = z.object({
  /** The hub's own files in the scheduled directory, newest first. */
  backups: z.array(backupSchema),
  /** Epoch ms; null when none is scheduled. */
  next_at: z.int().nullable(),
  /** Where one under way is; null when none is. `total` 0: not known yet. */
  running: z.object({ bytes: z.int(), total: z.int() }).nullable(),
  /** Why the last one failed; null when it did not. */
  fault: z.string().nullable(),
  /** Whether new ones are encrypted (the hub was given a passphrase file). */
  is_encrypted: z.boolean(),
})
export type BackupsAnswer = z.infer<typeof backupsSchema>

export const getBackups = route({
  method: 'GET',
  path: '/api/backups',
  auth: 'session',
  summary: 'Backups in the scheduled directory',
  answer: backupsSchema,
})

export const postBackup = route({
  method: 'POST',
  path: '/api/backups',
  auth: 'session',
  summary: 'Make a backup in the scheduled directory now; GET tells how far it is',
  answer: backupsSchema,
  problems: ['backup_not_scheduled', 'backup_running'],
})
