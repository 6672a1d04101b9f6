import { expect, test } from 'bun:test'
import type { Sample } from '@lumen/model/sample'
import { DAY, HOUR, MINUTE, type TimeRange } from '@lumen/model/time'
import { silentLog } from '@lumen/std/log'
import fc from 'fast-check'
import type { RangeAnswer, RangeSeries, Tsdb } from './api.ts'
import { openTsdb } from './open.ts'
import { plainAnswer, simplify } from './testing/plain-answer.ts'
import { metric, rowOf, sampleOf, scratchDir, testClock } from './testing/samples.ts'

const METRICS = ['host.cpu_pct', 'host.mem_used_bytes', 'disk.await_ms', 'container.cpu_pct'].map(metric)
/** The frames' own days: some are sealed on the way, the last ones stay in the hot tier, two months meet. */
const FIRST_DAY = Date.UTC(2026, 7, 27)
const DAYS = 8
const FRAMES = 60
const END = FIRST_DAY + DAYS * DAY + 13 * HOUR

/** What a stream's frame number says and when it was read; fixed, so that it can come any number of times. */
function sampleFor(stream: string, seq: number): Sample {
  const ts = FIRST_DAY + Math.floor((seq * DAYS * DAY) / FRAMES) + ((seq * 7_919) % 900) * 1_000
  const rows = [
    rowOf('disk', `sd${seq % 2}`, { await_ms: seq % 5 === 0 ? 0 : (seq * 37) / 10 }),
    rowOf('container', 'web', seq % 4 === 0 ? { pids: seq } : { cpu_pct: seq / 3 }),
    ...(seq % 3 === 0 ? [rowOf('container', 'größe 🐳', { cpu_pct: 99 })] : []),
  ]
  const sample = sampleOf(seq, ts + (stream === 'a' ? 0 : 7), seq % 7 === 0 ? Number.NaN : seq, rows, 20_000)
  sample.rows.push(rowOf('filesystem', '/', { used_bytes: 7e9 + seq }))
  sample.rows[0]!.values[metric('host.mem_used_bytes').index] = 1e14 - seq
  return sample
}

const step = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('frame' as const),
      seq: fc.integer({ min: 0, max: FRAMES - 1 }),
      stream: fc.constantFrom('a', 'b'),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: 'flush' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 60 }) }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: 'compact' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'retain' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'reopen' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'query' as const }) },
)

const QUERIES = [
  { range: { from: FIRST_DAY, to: END }, points: 2_500 },
  { range: { from: FIRST_DAY - DAY, to: END + DAY }, points: 20 },
  { range: { from: FIRST_DAY + 30 * HOUR + 1, to: FIRST_DAY + 81 * HOUR }, points: 600 },
  { range: { from: END - 2 * HOUR, to: END }, points: 5_000 },
]

/** Answers the tiers that the answers came from. */
async function expectMatches(store: Tsdb, frames: Iterable<Sample>): Promise<string[]> {
  const tiers: string[] = []
  const known = [...frames]
  for (const { range, points } of QUERIES) {
    const answer = await store.query({ host: 1, metrics: METRICS, key: null, range, points })
    tiers.push(...answer.tiers)
    const plain = plainAnswer(METRICS, known, answer.t, answer.stepMs)
    expect(simplify(answer)).toEqual(known.length === 0 ? simplify(answer) : plain)
    await expectSameOfFleet(store, answer, range)
  }
  return tiers
}

/** A fleet query answers what a query of the host does, but no series without a value. */
async function expectSameOfFleet(store: Tsdb, answer: RangeAnswer, range: TimeRange): Promise<void> {
  if (answer.stepMs < MINUTE) return
  for (const metric of METRICS.slice(1, 3)) {
    const series: RangeSeries[] = []
    const query = { hosts: [2, 1], metric, key: null, range, stepMs: answer.stepMs }
    for await (const part of store.queryFleet(query)) series.push(...part.series)
    const expected = answer.series.filter((each) => each.metric === metric && !each.avg.every(Number.isNaN))
    expect(simplify({ ...answer, series })).toEqual(simplify({ ...answer, series: expected }))
  }
}

test('any order, repetition and lateness of the same frames gives the same answers over three tiers (T2, T3, T4, T7)', async () => {
  const tiersSeen = new Set<string>()
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 90 }), async (script) => {
      const scratch = scratchDir()
      const clock = testClock(FIRST_DAY)
      const open = () => openTsdb({ dir: scratch.dir, clock, log: silentLog, autoFlush: false })
      let store = await open()
      try {
        const sent = new Map<string, Sample>()
        for (const each of script) {
          if (each.kind === 'frame') {
            const sample = sampleFor(each.stream, each.seq)
            const name = `${each.stream} ${each.seq}`
            clock.time = Math.max(clock.time, sample.ts)
            expect(store.append(1, each.stream, sample).kind).toBe(sent.has(name) ? 'duplicate' : 'taken')
            sent.set(name, sample)
          } else if (each.kind === 'wait') clock.time = Math.min(END, clock.time + each.hours * HOUR)
          else if (each.kind === 'query') await expectMatches(store, sent.values())
          else if (each.kind === 'flush') await store.flush('all')
          else if (each.kind === 'compact') await store.compact()
          else if (each.kind === 'retain') await store.retain()
          else {
            await store[Symbol.asyncDispose]()
            store = await open()
          }
        }
        clock.time = END
        await expectMatches(store, sent.values())
        await store.flush('all')
        await store.compact()
        for (const tier of await expectMatches(store, sent.values())) tiersSeen.add(tier)
      } finally {
        await store[Symbol.asyncDispose]()
        scratch.remove()
      }
    }),
    { numRuns: 25 },
  )
  expect([...tiersSeen].sort()).toEqual(['cold', 'hot'])
}, 600_000)
