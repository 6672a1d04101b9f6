import { expect, test } from 'bun:test'
import { MINUTE } from '@lumen/model/time'
import { FakeClock } from '@lumen/testkit/fake-clock'
import { seededRandom } from '@lumen/testkit/random'
import type { Notice } from './notice.ts'
import { AlertBench, type Readings } from './testing/alert-bench.ts'

const HOSTS = 6
const STEPS = 60
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8]

/** Every alert in the outbox begins with `fired`, ends with `resolved` or not yet, and nothing is said twice in a row. */
function checkStories(notices: readonly Notice[]): void {
  for (const [id, story] of Map.groupBy(notices, ({ alert }) => alert.id)) {
    const kinds = story.map(({ kind }) => kind)
    expect([id, kinds[0], kinds.filter((kind) => kind === 'fired').length]).toEqual([id, 'fired', 1])
    expect(kinds.lastIndexOf('resolved')).toBeOneOf([-1, kinds.length - 1])
    for (let n = 1; n < story.length; n++) {
      const [before, now] = [story[n - 1]!, story[n]!]
      if (now.kind === 'raised')
        expect([before.alert.level, now.alert.level]).toEqual(['warning', 'critical'])
      if (now.kind === 'lowered')
        expect([before.alert.level, now.alert.level]).toEqual(['critical', 'warning'])
    }
  }
}

test.each(SEEDS)(
  'a hub that dies at any of its writes tells every story once and whole (seed %d)',
  async (seed) => {
    const random = seededRandom(seed)
    await using bench = await AlertBench.open(new FakeClock())
    await bench.rule({
      name: 'disk',
      condition: {
        ...{ kind: 'threshold', metric: 'filesystem.used_pct', direction: 'above' },
        ...{ warning: 80, critical: 90 },
      },
      for_ms: 20_000,
    })
    await bench.rule({
      name: 'down',
      condition: { kind: 'state', state: 'host_down', level: 'critical' },
      for_ms: 10_000,
    })
    const hosts: number[] = []
    for (let n = 0; n < HOSTS; n++) hosts.push(await bench.host(`host-${n}`))
    const talking = new Map<number, Readings>()
    let isSilenced = false
    bench.quietOf = ({ key }) =>
      isSilenced && key === '/' ? { kind: 'silence', id: 1, until: null, text: 'work' } : null
    let deaths = 0
    for (let step = 0; step < STEPS; step++) {
      const hostId = hosts[Math.floor(random() * HOSTS)]!
      if (random() < 0.2) talking.delete(hostId)
      else talking.set(hostId, { filesystem: { '/': { used_pct: 70 + 30 * random() } } })
      if (random() < 0.15) isSilenced = !isSilenced
      if (random() < 0.5) bench.diesAt = random() < 0.5 ? 'before' : 'after'
      await bench.pass((10 + 60 * random()) * 1_000, talking)
      if (bench.hasDied || random() < 0.1) {
        deaths += 1
        await bench.restart(1_000 + 20_000 * random())
      }
      checkStories(bench.notices)
    }
    expect(deaths).toBeGreaterThan(5)

    // When all is well for long, everything that was told to be wrong is told to be over.
    bench.diesAt = null
    isSilenced = false
    for (const hostId of hosts) talking.set(hostId, { filesystem: { '/': { used_pct: 10 } } })
    await bench.pass(15 * MINUTE, talking)
    checkStories(bench.notices)
    const last = Map.groupBy(bench.notices, ({ alert }) => alert.id)
    for (const story of last.values()) expect(story.at(-1)!.kind).toBe('resolved')
    expect(bench.engine.active()).toEqual([])
    expect(last.size).toBeGreaterThan(5)
  },
)
