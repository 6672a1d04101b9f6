import { getBackups, postBackup } from '@lumen/protocol/http/backups'
import type { BackupKeeper } from '../../backup/backup-keeper.ts'
import type { Router } from '../router.ts'

export function mountBackupRoutes(router: Router, { backups }: { backups: BackupKeeper }): void {
  router.private(getBackups, () => backups.wire())
  router.private(postBackup, () => {
    backups.makeNow()
    return backups.wire()
  })
}
