import { z } from 'zod'

/** What a hub tells the process that makes a backup for it, as the only line of its stdin, which stays open: its end
 * makes the process stop. */
export const backupOrderSchema = z.object({
  dataDir: z.string(),
  file: z.string(),
  passphraseFile: z.string().nullable(),
  version: z.string(),
  madeAt: z.int(),
})
export type BackupOrder = z.infer<typeof backupOrderSchema>

/** What it answers, one JSON line each on its stdout. */
export const backupNewsSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), bytes: z.int(), total: z.int() }),
  z.object({ kind: z.literal('done'), bytes: z.int() }),
  z.object({ kind: z.literal('failed'), code: z.string(), message: z.string() }),
])
export type BackupNews = z.infer<typeof backupNewsSchema>
