// Run as a process by tests that keep the databases open themselves: makes one backup.
import { makeBackup } from '../backup/make-backup.ts'
import { writeWholeFile } from '../backup/whole-file.ts'

export interface CopyOrder {
  dataDir: string
  file: string
  passphrase: string | null
}

export const BACKUP_COPY = import.meta.path

if (import.meta.main) {
  const { file, ...order } = JSON.parse(process.argv[2] ?? '') as CopyOrder
  await writeWholeFile(file, makeBackup({ ...order, version: '0.1.0', madeAt: 1_790_000_000_000 }), {
    replaces: true,
  })
}
