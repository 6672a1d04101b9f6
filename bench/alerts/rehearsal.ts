import { DAY, MINUTE } from '@lumen/model/time'
import { ruleSpecSchema } from '@lumen/protocol/http/alerts/rule'
import { silentLog } from '@lumen/std/log'
import { FakeClock } from '@lumen/testkit/fake-clock'
import { SimulatedHistory } from '@lumen/testkit/simulated-history'
import type { MachineShape } from '@lumen/testkit/synthetic-readings'
import { tempDir } from '@lumen/testkit/temp-dir'
import { openTsdb } from '@lumen/tsdb/open'
import { rehearse } from '../../packages/hub/src/alerting/rehearsal/rehearse.ts'
import { type Figure, figure } from '../result.ts'

const HOSTS = 200
const START = Date.UTC(2025, 9, 3)
const END = START + 31 * DAY + 6 * 60 * MINUTE
const RUNS = 5
/** Nothing but the host's own row is asked for. */
const SHAPE: MachineShape = { cores: 1, filesystems: 1, disks: 0, nics: 0, sensors: 0, containers: 0 }

/** A rule tried on 30 days of 200 hosts: files of five minutes, rows by the minute for the newest day. Beside how long it
 * takes, how long pushes wait for it: the longest a turn of the main thread was late, and the longest a read of another
 * host's chart took meanwhile. */
export async function rehearsalFigures(say: (line: string) => void): Promise<Figure[]> {
  await using dir = await tempDir()
  const clock = new FakeClock(START)
  await using store = await openTsdb({ dir: dir.path, clock, log: silentLog, autoFlush: false })
  const ids = Array.from({ length: HOSTS }, (_, index) => index + 1)
  const history = new SimulatedHistory({ store, clock, hosts: ids.map((id) => ({ id, shape: SHAPE })) })
  say('alerts: filling a month of 200 hosts')
  await history.run({ to: END - 30 * 60 * MINUTE, intervalMs: 5 * MINUTE })
  await history.run({ to: END, intervalMs: MINUTE })
  const hosts = ids.map((id) => ({ id, name: `host-${id}`, tags: [] }))
  const spec = ruleSpecSchema.parse({
    ...{ name: 'load', scope: { hosts: 'all' }, for_ms: 5 * MINUTE },
    condition: { kind: 'threshold', metric: 'host.cpu_pct', direction: 'above', warning: 80, critical: 95 },
  })
  const parts = { tsdb: store, hosts: () => hosts, imported: () => [], now: () => clock.now() }
  const took: number[] = []
  const late: number[] = []
  const reads: number[] = []
  for (let run = -1; run < RUNS; run++) {
    const waits = watchTurns()
    const started = performance.now()
    const answered = rehearse(spec, parts, new AbortController().signal)
    let isDone = false
    const watched = (async () => {
      let worst = 0
      while (!isDone) {
        const asked = performance.now()
        await store.events(1, { from: END - DAY, to: END })
        worst = Math.max(worst, performance.now() - asked)
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
      return worst
    })()
    const { total } = await answered
    const ms = performance.now() - started
    isDone = true
    const longestRead = await watched
    const lateMs = waits.stop()
    say(`alerts: ${total} alerts in ${ms.toFixed(0)} ms`)
    if (run < 0) continue
    took.push(ms)
    late.push(lateMs)
    reads.push(longestRead)
  }
  const group = 'alerts'
  return [
    figure({
      ...{ group, name: `rehearsal of ${HOSTS} hosts, 30 d, one metric`, unit: 'ms', values: took },
      target: { of: 'value', atMost: 3_000 },
    }),
    figure({
      ...{ group, name: 'longest the main thread was held by it', unit: 'ms', values: late },
      target: { of: 'value', atMost: 50 },
    }),
    figure({
      ...{ group, name: 'longest another read waited for it', unit: 'ms', values: reads },
      target: { of: 'value', atMost: 100 },
    }),
  ]
}

/** How late turns of this thread come, at worst. */
function watchTurns(): { stop(): number } {
  let worst = 0
  let due = performance.now()
  let timer: ReturnType<typeof setTimeout>
  const turn = () => {
    worst = Math.max(worst, performance.now() - due)
    due = performance.now() + 1
    timer = setTimeout(turn, 1)
  }
  turn()
  return {
    stop() {
      clearTimeout(timer)
      return worst
    },
  }
}
