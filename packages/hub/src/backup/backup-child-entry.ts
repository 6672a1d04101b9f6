// The backup process of a hub that is not part of the `lumen` executable, as in tests.
import { runBackupChild } from './backup-child.ts'

process.exit(await runBackupChild())
