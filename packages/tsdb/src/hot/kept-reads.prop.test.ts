import { expect, test } from 'bun:test'
import type { Sample } from '@lumen/model/sample'
import { DAY, HOUR, MINUTE } from '@lumen/model/time'
import fc from 'fast-check'
import { FaultInjector } from '../fault-point.ts'
import { BucketSet } from '../plan/bucket-set.ts'
import { gridOf, gridRange } from '../plan/grid.ts'
import { D0 } from '../testing/cold-days.ts'
import { MEMORY_FOLDER, metric, rowOf, sampleOf, scratchDir } from '../testing/samples.ts'
import { sealDay } from '../testing/seal-day.ts'
import { writeFrames } from '../testing/write-frames.ts'
import type { Selection } from '../tier.ts'
import { HotTier } from './hot-tier.ts'

const DAYS = 3
const HOSTS = [1, 2]
const fieldsOf = (...names: string[]) => names.map((name) => metric(name).index)
const SELECTIONS: Selection[] = [
  { entity: 'host', key: '', fields: fieldsOf('host.cpu_pct') },
  { entity: 'host', key: '', fields: fieldsOf('host.cpu_pct', 'host.mem_used_bytes') },
  { entity: 'disk', key: null, fields: fieldsOf('disk.read_iops') },
  { entity: 'disk', key: 'sda', fields: fieldsOf('disk.await_ms', 'disk.read_iops') },
]

function sampleAt(minute: number, seq: number): Sample {
  const rows = [
    rowOf('disk', seq % 3 === 0 ? 'sdb' : 'sda', seq % 2 === 0 ? { read_iops: seq } : { await_ms: seq }),
  ]
  return sampleOf(seq, D0 + minute * MINUTE + (seq % MINUTE), seq % 5 === 0 ? Number.NaN : seq % 100, rows)
}

const host = fc.constantFrom(...HOSTS)
const minute = fc.oneof(fc.integer({ min: 0, max: DAYS * 1_440 - 1 }), fc.integer({ min: 1_425, max: 1_470 }))
const seqs = fc.integer({ min: 1, max: 9_999 })
const ask = fc.record({
  kind: fc.constant('ask' as const),
  host,
  selection: fc.constantFrom(...SELECTIONS),
  stepMs: fc.constantFrom(...[1, 5, 15].map((n) => n * MINUTE), HOUR, 6 * HOUR, DAY),
  from: fc.oneof(fc.constant(0), minute),
  minutes: fc.oneof(fc.constant(DAYS * 1_440), fc.integer({ min: 1, max: 2_000 })),
})
const step = fc.oneof(
  { weight: 10, arbitrary: ask },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('few' as const), host, minute, seq: seqs }),
  },
  // More rows than are staged.
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('many' as const), host, minute, seq: seqs }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('seal' as const),
      entity: fc.constantFrom('host' as const, 'disk' as const),
      day: fc.integer({ min: 0, max: DAYS - 1 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), host }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('retain' as const),
      entity: fc.constantFrom('host' as const, 'disk' as const),
      day: fc.integer({ min: 1, max: DAYS - 1 }),
    }),
  },
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never
type Ask = Extract<Step, { kind: 'ask' }>

/** All that an answer says, in an order of its own. */
function told(tier: HotTier, { host, selection, stepMs, from, minutes }: Ask) {
  const range = { from: D0 + from * MINUTE, to: D0 + (from + minutes) * MINUTE }
  const grid = gridOf(range, stepMs)
  const asked = { host, grid, selections: [selection], framesWithin: gridRange(grid) }
  const { columns, generation: _, ...rest } = tier.answer(asked)
  const set = new BucketSet(grid)
  set.addColumns(columns)
  const fleet = tier.answerFleet({ hosts: HOSTS, grid, selection })
  return {
    ...rest,
    columns: byName(set),
    fleet: fleet.columns.map(([id, each]) => {
      const all = new BucketSet(grid)
      all.addColumns(each)
      return [id, byName(all)]
    }),
  }
}

function byName(set: BucketSet) {
  return set.columns().sort((a, b) => (`${a.key} ${a.field}` < `${b.key} ${b.field}` ? -1 : 1))
}

function write(tier: HotTier, host: number, samples: readonly Sample[]): void {
  try {
    writeFrames(tier, host, samples)
  } catch {
    writeFrames(tier, host, samples)
  }
}

function apply(dir: string, tier: HotTier, each: Exclude<Step, Ask>): void {
  if (each.kind === 'few') write(tier, each.host, [sampleAt(each.minute, each.seq)])
  else if (each.kind === 'many') {
    const last = DAYS * 1_440
    const minutes = Array.from({ length: 150 }, (_, at) => (each.minute + at * 2) % last)
    write(
      tier,
      each.host,
      minutes.map((at, index) => sampleAt(at, each.seq + index)),
    )
  } else if (each.kind === 'seal') sealDay(dir, tier, each.entity, D0 + each.day * DAY)
  else if (each.kind === 'delete') tier.deleteHost(each.host)
  else {
    const none = { eventsBefore: 0, seqsFrom: 0, hostSeqsFrom: [], durable: [], streams: [], survey: false }
    for (const _ of tier.retain({ ...none, before: [[each.entity, D0 + each.day * DAY]] }));
  }
}

test('a tier that keeps what it read answers what one does that was just opened, whatever was written, sealed or deleted in between', () => {
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 10, maxLength: 40 }),
      fc.integer({ min: 1, max: 9 }),
      (script, at) => {
        const [kept, fresh] = [scratchDir(MEMORY_FOLDER), scratchDir(MEMORY_FOLDER)]
        const tier = new HotTier({
          dir: kept.dir,
          faults: new FaultInjector(`flush.before-commit@${at}:fail`),
        })
        try {
          for (const each of script) {
            if (each.kind !== 'ask') {
              apply(kept.dir, tier, each)
              const other = new HotTier({ dir: fresh.dir })
              apply(fresh.dir, other, each)
              other.close()
              continue
            }
            const other = new HotTier({ dir: fresh.dir })
            const expected = told(other, each)
            other.close()
            expect(told(tier, each)).toEqual(expected)
          }
        } finally {
          tier.close()
          kept.remove()
          fresh.remove()
        }
      },
    ),
    { numRuns: 40 },
  )
}, 120_000)
