import { expect, test } from 'bun:test'
import { scaleOf } from '@lumen/model/fixed-point'
import { DAY, HOUR, MINUTE } from '@lumen/model/time'
import { type Condition, ruleSpecSchema } from '@lumen/protocol/http/alerts/rule'
import { FakeClock } from '@lumen/testkit/fake-clock'
import { seededRandom, testSeed } from '@lumen/testkit/random'
import { MemoryTsdb } from '../../testing/memory-tsdb.ts'
import { checksOf } from '../check.ts'
import { derivedValues } from '../derived/derived-values.ts'
import { sampleOf } from '../testing/alert-bench.ts'
import { Breath } from './breath.ts'
import { DerivedHistory, fiveMinutesOf, lookBackMs } from './derive-history.ts'
import { readHistory, type Thing } from './history-parts.ts'

const END = Date.UTC(2026, 10, 25, 6)
const FIVE = 5 * MINUTE
const HOST = { id: 1, name: 'nas', tags: [] }
type Derived = Extract<Condition, { kind: 'fills' | 'changes' }>

/** A disk that fills up, is freed, rests and is not seen for a while, as chance will have it. */
function disk(random: () => number, days: number): number[] {
  const percents: number[] = []
  let used = 40
  while (percents.length < (days * DAY) / FIVE) {
    const perStep = random() < 0.4 ? 0 : random() * 0.25
    const isSeen = random() < 0.85
    const hours = 1 + Math.floor(random() * (isSeen ? 18 : 3))
    for (let left = hours * 12; left > 0; left--) {
      used += perStep + (random() - 0.5) * 0.05
      if (used > 98) used = 30
      percents.push(isSeen ? used : Number.NaN)
    }
  }
  return percents
}

function storeOf(clock: FakeClock, percents: readonly number[]): MemoryTsdb {
  const tsdb = new MemoryTsdb(clock)
  const start = END - percents.length * FIVE
  tsdb.samples.set(
    HOST.id,
    percents.flatMap((used, n) =>
      Number.isNaN(used)
        ? []
        : [sampleOf(start + n * FIVE + MINUTE, { filesystem: { '/': { used_pct: used } } })],
    ),
  )
  return tsdb
}

const FILLS: Derived = {
  kind: 'fills',
  metric: 'filesystem.used_pct',
  key: '*',
  warning: 24,
  critical: 4,
}
const CHANGES: Derived = {
  ...{ kind: 'changes', metric: 'filesystem.used_pct', key: '*' },
  ...{ direction: 'either', warning: 20, critical: 50, least: 1 },
}

test.each([FILLS, CHANGES])(
  'numbers worked out of stored history are those of the moment: $kind',
  async (condition) => {
    const seed = testSeed()
    console.info(`seed ${seed}`)
    const random = seededRandom(seed)
    const tsdb = storeOf(new FakeClock(END), disk(random, 11))
    const spec = ruleSpecSchema.parse({ name: 'x', scope: { hosts: 'all' }, condition, for_ms: 0 })
    const [check] = checksOf({ id: 1, spec, template: null, createdAt: 0, changedAt: 0 }, HOST)
    if (check?.source.kind !== 'derived') throw new TypeError('the rule is not derived')
    const from = END - DAY
    const things: Thing[] = []
    await readHistory(
      tsdb,
      {
        ...{ hosts: [HOST.id], metric: check.source.metric, isFine: false, isWanted: () => true },
        range: { from: from - lookBackMs(condition), to: END },
      },
      async (some) => void things.push(...some),
    )
    const derived = new DerivedHistory(condition, new Breath(new AbortController().signal))
    const history = fiveMinutesOf(things[0]!.stretches, scaleOf(check.source.metric.spec))
    const { start, stepMs, avg } = await derived.of(history, check.thresholds!, from, END)
    expect([start, stepMs, avg.length]).toEqual([from, FIVE, DAY / FIVE + 1])
    const known = tsdb.samples.get(HOST.id)!
    let compared = 0
    for (let index = 0; index < avg.length; index += 7) {
      const at = start + index * stepMs
      tsdb.samples.set(
        HOST.id,
        known.filter(({ ts }) => ts < at),
      )
      if (at - tsdb.samples.get(HOST.id)!.at(-1)!.ts > FIVE) {
        expect(avg[index]).toBeNaN()
        continue
      }
      const [live] = await derivedValues(tsdb, check, at)
      if (Number.isNaN(live!.value)) expect(avg[index]).toBeNaN()
      else if (condition.kind === 'fills' && live!.value >= condition.warning!)
        expect(avg[index]).toBeGreaterThanOrEqual(condition.warning!)
      else expect(avg[index]).toBeCloseTo(live!.value, 3)
      compared += 1
    }
    expect(compared).toBeGreaterThan(0)
  },
)

test('an hour of which history holds the end alone is not known', async () => {
  const derived = new DerivedHistory(CHANGES, new Breath(new AbortController().signal))
  const values = new Float64Array((8 * DAY) / FIVE).fill(10)
  const history = { start: END - 8 * DAY, values }
  const thresholds = { direction: 'above', warning: 20, critical: null, clear: null } as const
  const weekLater = history.start + 7 * DAY
  const { avg } = await derived.of(history, thresholds, weekLater + FIVE, weekLater + HOUR)
  // half of the hour a week before is enough, as it is live
  expect([...avg]).toEqual([...new Array(5).fill(Number.NaN), ...new Array(7).fill(0)])
})

test('more fits than a rehearsal may make are not made, and it says so', async () => {
  const breath = new Breath(new AbortController().signal)
  const derived = new DerivedHistory({ ...FILLS, warning: 1_000 }, breath, 100)
  const values = Float64Array.from({ length: (30 * DAY) / FIVE }, (_, n) => 1 + n / 100)
  const history = { start: END - 30 * DAY, values }
  const thresholds = { direction: 'below', warning: 1_000, critical: null, clear: null } as const
  await derived.of(history, thresholds, END - DAY / 2, END - DAY / 4)
  expect(derived.isExhausted).toBe(false)
  await derived.of(history, thresholds, END - DAY, END)
  expect(derived.isExhausted).toBe(true)
})

test('it is given up when nobody waits for it', async () => {
  const reason = new Error('left')
  const derived = new DerivedHistory(CHANGES, new Breath(AbortSignal.abort(reason)))
  const history = { start: END - HOUR, values: new Float64Array(12) }
  const thresholds = { direction: 'above', warning: 1, critical: null, clear: null } as const
  const given = derived.of(history, thresholds, END - HOUR, END)
  expect(await given.catch((fault: unknown) => fault)).toBe(reason)
})
