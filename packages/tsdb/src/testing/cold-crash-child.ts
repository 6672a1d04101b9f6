/** Run by cold-crash.io.test.ts: takes two days through everything that happens to them in the cold tier, until a fault
 * point kills it. Prints what it has done after each step, with the time. */
import { DAY } from '@lumen/model/time'
import { silentLog } from '@lumen/std/log'
import { openTsdb } from '../open.ts'
import { COLD_HOSTS, type ColdStep, coldFrames, GONE_HOST, lateFrames } from './cold-crash-frames.ts'
import { D0 } from './cold-days.ts'
import { testClock } from './samples.ts'

const [dir, faultPoint] = process.argv.slice(2) as [string, string]
const clock = testClock(D0 + 2 * DAY)
const store = await openTsdb({ dir, clock, log: silentLog, autoFlush: false, faultPoint })
const say = (step: ColdStep) => process.stdout.write(`${JSON.stringify({ step, now: clock.time })}\n`)

for (const host of COLD_HOSTS) for (const frame of coldFrames(host)) store.append(host, 's', frame)
await store.flush('all')
clock.time = D0 + 3 * DAY
say('sent')
await store.compact()
for (const host of COLD_HOSTS) for (const frame of lateFrames(host)) store.append(host, 's', frame)
await store.flush('all')
clock.time = D0 + 4 * DAY
say('sent-late')
await store.compact()
clock.time = Date.UTC(2026, 6, 2)
say('sent-late')
await store.compact()
await store.deleteHost(GONE_HOST)
say('deleted')
await store.compact()
clock.time = D0 + 40 * DAY
say('expired')
await store.retain()
process.exit(0)
