import { expect, test } from 'bun:test'
import { SECOND } from '@lumen/model/time'
import { Ledger } from '@lumen/testkit/ledger'
import { seededRandom, testSeed } from '@lumen/testkit/random'
import { SimulatedFleet } from '@lumen/testkit/simulated-fleet'
import { ONE_OF_EACH } from '@lumen/testkit/synthetic-readings'
import { tempDir } from '@lumen/testkit/temp-dir'
import { startTestHub, type TestHub } from '@lumen/testkit/test-hub'
import { until } from '@lumen/testkit/until'
import { FAULT_POINTS } from '@lumen/tsdb/fault-point'
import { storedHistory } from './stored-history.ts'

const HOSTS = 50
const RANDOM_KILLS = 100
const FLUSH_KILLS = 20
/** Every so many restarts the RAM tier is given the time to fill and checked. */
const CHECK_EVERY = 24
/** Agents that met one dead hub after the other try again after up to 30 s, and a busy machine takes its time. */
const REFILL_MS = 90 * SECOND
/** Just inside the 15 minutes the RAM tier keeps. */
const RAM_WINDOW_MS = 14 * 60 * SECOND
/** Flushes all the time, so that kills meet them and every minute is written in many parts. */
const OFTEN = { flushEveryMs: 400, flushGraceMs: 50 }
const FLUSH_POINTS = FAULT_POINTS.filter((point) => point.startsWith('flush.'))

test(
  'after 120 kills every sample is in the history exactly once and the RAM tier fills again',
  async () => {
    const seed = testSeed()
    console.log(`crash test: LUMEN_TEST_SEED=${seed}`)
    const random = seededRandom(seed)
    await using data = await tempDir('lumen-crash-')
    await using hub = await startTestHub({ dataDir: data.path, tsdb: OFTEN })
    const hosts = await Promise.all(
      Array.from({ length: HOSTS }, async (_, i) => {
        const { host, token } = await hub.client.createHost(`host-${i}`)
        return { id: host.id, name: host.name, token }
      }),
    )
    const ledger = new Ledger()
    await using fleet = new SimulatedFleet({
      hubUrl: hub.url,
      hosts,
      intervalMs: 1_000,
      seed,
      shape: ONE_OF_EACH,
      ledger,
    })
    fleet.start()
    await until('every host connected', () => fleet.status().connected === HOSTS, { withinMs: 60_000 })

    const kills = killPlan(random)
    for (const [index, kill] of kills.entries()) {
      if (kill === 'anywhere') {
        await Bun.sleep(200 + random() * 1_800)
        await hub.kill9()
        await hub.restart(OFTEN)
      } else {
        await hub.kill9()
        await hub.restart({ ...OFTEN, faultPoint: kill })
        await diesByItself(hub, kill)
        await hub.restart(OFTEN)
      }
      if (index % CHECK_EVERY === CHECK_EVERY - 1) await refills(hub, ledger, hosts)
    }

    await fleet.drain(120 * SECOND)
    expect(fleet.status().dropped).toEqual({})
    expect(await hub.stop()).toBe(0)

    const names = new Map(hosts.map(({ id, name }) => [id, name]))
    expect(ledger.frames).toBe(fleet.status().frames)
    expect(ledger.frames).toBeGreaterThan(HOSTS * kills.length)
    const { minutes, durableFrames } = storedHistory(data.path, names)
    expect(durableFrames).toBe(ledger.frames)
    expect(ledger.differences(minutes)).toEqual([])
  },
  10 * 60 * SECOND,
)

/** Kills at any instant with kills inside a flush strewn between, each step of it equally often. */
function killPlan(random: () => number): string[] {
  const inFlush = Array.from({ length: FLUSH_KILLS }, (_, i) => {
    const nth = 1 + Math.floor(random() * 4)
    return `${FLUSH_POINTS[i % FLUSH_POINTS.length]}@${nth}`
  })
  const plan = [...Array.from({ length: RANDOM_KILLS }, () => 'anywhere'), ...inFlush]
  for (let i = plan.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[plan[i], plan[j]] = [plan[j]!, plan[i]!]
  }
  return plan
}

async function diesByItself(hub: TestHub, point: string): Promise<void> {
  const code = await Promise.race([hub.exited, Bun.sleep(20_000).then(() => 'alive')])
  expect({ point, code }).toEqual({ point, code: null })
}

/** Soon after a restart the raw range of a few hosts has every second they read anything in. */
async function refills(
  hub: TestHub,
  ledger: Ledger,
  hosts: readonly { id: number; name: string }[],
): Promise<void> {
  const to = Date.now() - 2 * SECOND
  for (const { id, name } of [0, 17, 33, 49].map((i) => hosts[i]!)) {
    const times = ledger.times(name)
    const from = to - RAM_WINDOW_MS
    const points = RAM_WINDOW_MS / SECOND
    const inside = times.filter((ts) => ts >= from && ts < to)
    const wanted = new Set(inside.map((ts) => Math.floor(ts / SECOND))).size
    let filled = 0
    const isFull = async () => {
      const answer = await hub.client.query({ host: id, metrics: 'host.cpu_pct', from, to, points })
      filled = answer.series[0]?.avg.filter((value) => value !== null).length ?? 0
      const isRaw = answer.step_ms === SECOND && answer.tiers.every((tier) => tier === 'ram')
      return isRaw && filled >= wanted
    }
    await until(`the RAM tier of ${name} to be full again`, isFull, {
      withinMs: REFILL_MS,
      everyMs: 250,
    }).catch((error: Error) => {
      throw new Error(`${error.message}: ${filled} of ${wanted} seconds`)
    })
  }
}
