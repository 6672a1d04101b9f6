/** Run by crash.io.test.ts: appends the frames of `frameFor` minute by minute, flushing each, until a fault
 * point kills it. Prints the durable ranges after each flush, as the acks would carry them. */
import { MINUTE } from '@lumen/model/time'
import { silentLog } from '@lumen/std/log'
import { openTsdb } from '../open.ts'
import {
  CRASH_FROM,
  CRASH_HOSTS,
  CRASH_MINUTES,
  CRASH_RETENTION,
  frameOf,
  framesPerMinute,
} from './crash-frames.ts'
import { testClock } from './samples.ts'

const [dir, faultPoint] = process.argv.slice(2) as [string, string]
const clock = testClock(CRASH_FROM)
const retention = CRASH_RETENTION
const store = await openTsdb({ dir, clock, log: silentLog, autoFlush: false, retention, faultPoint })

for (let minute = 0; minute < CRASH_MINUTES; minute++) {
  clock.time = CRASH_FROM + (minute + 1) * MINUTE
  for (let index = 0; index < framesPerMinute; index++) {
    const seq = minute * framesPerMinute + index
    for (const host of CRASH_HOSTS) store.append(host, 's', frameOf(host, seq))
  }
  await store.flush()
  process.stdout.write(`${JSON.stringify(CRASH_HOSTS.map((host) => store.durableRanges(host, 's')))}\n`)
}
if (faultPoint.startsWith('delete-host')) await store.deleteHost(CRASH_HOSTS[0]!)
clock.time = CRASH_FROM + 24 * 60 * MINUTE + 3 * MINUTE
await store.retain()
process.stdout.write('survived\n')
process.exit(0)
