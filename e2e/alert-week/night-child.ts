/** Run by alert-crash.test.ts: a hub of the night's script. Told a moment, it does all that is due then and says so; the
 * parent kills it at any time. */
import { FakeClock } from '@lumen/testkit/fake-clock'
import { MortalHub } from './mortal-hub.ts'
import { NIGHT, NIGHT_HOSTS, NIGHT_START } from './night-script.ts'
import { WeekFleet } from './week-fleet.ts'

const [dir, first] = process.argv.slice(2) as [string, string]
const clock = new FakeClock(NIGHT_START + Number(first))
const fleet = new WeekFleet(NIGHT, NIGHT_HOSTS, NIGHT_START)
const hub = await MortalHub.start(dir, clock, fleet.storedTimes(Number(first)))

process.on('message', async (at: number) => {
  clock.advance(Math.max(0, NIGHT_START + at - clock.now()))
  fleet.push(hub, at)
  await hub.work()
  process.send!(at)
})
process.on('disconnect', () => process.exit(0))
process.send!('ready')
