// Run as a process by admin.io.test.ts: holds a data directory until it is killed.
import { holdData } from '../backup/hold-data.ts'

export const HOLD_CHILD = import.meta.path

if (import.meta.main) {
  const hold = await holdData(process.argv[2] ?? '')
  process.stdout.write('held\n')
  setInterval(() => hold.check(), 60_000)
}
