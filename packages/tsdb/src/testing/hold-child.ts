/** Run by faults.io.test.ts: opens a store and holds it until it is killed. */
import { silentLog } from '@lumen/std/log'
import { openTsdb } from '../open.ts'
import { T0, testClock } from './samples.ts'

const store = await openTsdb({
  dir: process.argv[2]!,
  clock: testClock(T0),
  log: silentLog,
  autoFlush: false,
})
process.stdout.write('open\n')
setInterval(() => store.health(), 60_000)
