/** Run by worker-death.io.test.ts: a store whose worker dies, with nobody to handle it. */
import { stderrLog } from '@lumen/std/log'
import { openTsdb } from '../open.ts'
import { T0, testClock } from './samples.ts'

const workerUrl = new URL('./dying-worker.ts', import.meta.url)
const log = stderrLog()
const store = await openTsdb({
  dir: process.argv[2]!,
  clock: testClock(T0),
  log,
  autoFlush: false,
  workerUrl,
})
store.retain().catch(() => undefined)
setInterval(() => store.health(), 60_000)
