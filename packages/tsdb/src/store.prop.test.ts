import { expect, test } from 'bun:test'
import type { Sample } from '@lumen/model/sample'
import { HOUR, MINUTE, SECOND } from '@lumen/model/time'
import { silentLog } from '@lumen/std/log'
import fc from 'fast-check'
import type { Tsdb } from './api.ts'
import { openTsdb } from './open.ts'
import { plainAnswer, simplify } from './testing/plain-answer.ts'
import { metric, rowOf, sampleOf, scratchDir, T0, testClock } from './testing/samples.ts'

const METRICS = ['host.cpu_pct', 'disk.read_iops', 'filesystem.used_bytes', 'core.cpu_pct'].map(metric)
const NOW = T0 + 30 * MINUTE

const frame = fc.record({
  seq: fc.integer({ min: 0, max: 40 }),
  /** Two streams: the same seq in both is two frames. */
  stream: fc.constantFrom('a', 'b'),
})

/** What a stream's frame number says; fixed, so that it can come any number of times. */
function sampleFor(stream: string, seq: number): Sample {
  const ts = T0 + seq * 41 * SECOND + (stream === 'a' ? 0 : 7)
  const disk = rowOf('disk', `sd${seq % 3}`, seq % 4 === 0 ? { write_iops: 1 } : { read_iops: seq })
  const rows = [
    disk,
    rowOf('filesystem', '/', { used_bytes: 7e9 + seq }),
    rowOf('core', '0', { cpu_pct: seq }),
  ]
  return sampleOf(seq, ts, seq % 7 === 0 ? Number.NaN : seq * 2, rows, 20_000)
}

/** Frames in any order, with repeats, and flushes anywhere between: whole minutes, everything, or begun and
 * not waited for. */
const steps = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: frame.map((value) => ({ kind: 'frame' as const, ...value })) },
    { weight: 1, arbitrary: fc.constant({ kind: 'flush' as const }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'flush-all' as const }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'begin-flush' as const }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'query' as const }) },
  ),
  { minLength: 1, maxLength: 60 },
)

async function expectMatches(store: Tsdb, frames: Map<string, Sample>): Promise<void> {
  const persisted = METRICS.filter((each) => each.spec.isPersisted)
  // Two hours need minutes; ten minutes within the window come from raw frames.
  for (const { range, points } of [
    { range: { from: T0 - HOUR, to: T0 + HOUR }, points: 120 },
    { range: { from: T0 + 20 * MINUTE, to: NOW }, points: 10 },
  ]) {
    const known = [...frames.values()]
    const answer = await store.query({ host: 1, metrics: persisted, key: null, range, points })
    const plain = plainAnswer(METRICS, known, answer.t, answer.stepMs)
    for (const name of Object.keys(plain)) if (name.startsWith('core.')) delete plain[name]
    expect(simplify(answer)).toEqual(known.length === 0 ? simplify(answer) : plain)
  }
}

test('any order, repetition and interleaving with flushes gives the same answers (T2, T3, T4)', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (script) => {
      const scratch = scratchDir()
      try {
        await using store = await openTsdb({
          dir: scratch.dir,
          clock: testClock(NOW),
          log: silentLog,
          autoFlush: false,
        })
        const sent = new Map<string, Sample>()
        const begun: Promise<void>[] = []
        for (const step of script) {
          if (step.kind === 'frame') {
            const sample = sampleFor(step.stream, step.seq)
            const name = `${step.stream} ${step.seq}`
            expect(store.append(1, step.stream, sample).kind).toBe(sent.has(name) ? 'duplicate' : 'taken')
            sent.set(name, sample)
          } else if (step.kind === 'query') await expectMatches(store, sent)
          else if (step.kind === 'begin-flush') begun.push(store.flush('all'))
          else await store.flush(step.kind === 'flush' ? 'complete' : 'all')
        }
        await expectMatches(store, sent)
        await Promise.all(begun)
        await store.flush('all')
        await expectMatches(store, sent)
        expect(store.health().pendingFrames).toBe(0)
      } finally {
        scratch.remove()
      }
    }),
    { numRuns: 40 },
  )
}, 120_000)
