// Run as a process by restore-crash.io.test.ts: restores a backup and is killed at a step.
import type { RestoreStep } from '../backup/finish-restore.ts'
import { restoreBackup } from '../backup/restore-backup.ts'

export const RESTORE_CHILD = import.meta.path

if (import.meta.main) {
  const [file, dataDir, step] = process.argv.slice(2) as [string, string, RestoreStep]
  await restoreBackup({
    file,
    dataDir,
    passphrase: null,
    replaces: true,
    reach: (reached) => {
      if (reached === step) process.kill(process.pid, 'SIGKILL')
    },
  })
}
