import { expect, test } from 'bun:test'
import { toFixedPoint } from '@lumen/model/fixed-point'
import { DAY, MINUTE } from '@lumen/model/time'
import { gridOf } from '../plan/grid.ts'
import { D0 } from '../testing/cold-days.ts'
import { metric, rowOf, sampleOf, scratchDir } from '../testing/samples.ts'
import { writeFrames } from '../testing/write-frames.ts'
import { HotTier } from './hot-tier.ts'

const GUESTS = 60
const FIELDS = ['guest.cpu_pct', 'guest.mem_used_bytes'].map((name) => metric(name).index)

/** Guest `at` has numbers of its own in every frame, and every other frame no memory. */
function frameAt(seq: number, minute: number, guests: number) {
  const rows = Array.from({ length: guests }, (_, at) =>
    rowOf('guest', String(100 + at), {
      cpu_pct: at + seq,
      ...(seq % 2 === 0 && { mem_used_bytes: at * seq }),
    }),
  )
  return sampleOf(seq, D0 + minute * MINUTE, 1, rows)
}

/** Minutes of four days: every sixth hour, every half hour, an hour of each minute after a lone one, and a few staged. */
const MINUTES = [
  [0, 360, 720, 1_080],
  Array.from({ length: 48 }, (_, n) => 1_440 + 30 * n),
  [2_880, ...Array.from({ length: 60 }, (_, n) => 3_600 + n)],
  [4_320, 4_321, 4_322, 4_400],
]

function fill(tier: HotTier): void {
  let seq = 0
  for (const [day, minutes] of MINUTES.entries()) {
    const frames = minutes.map((minute) => frameAt(++seq, minute, GUESTS))
    if (day < 3) writeFrames(tier, 1, frames)
    // Few rows at a time are staged.
    else for (const frame of frames) writeFrames(tier, 1, [frame])
  }
  // Of a neighbour whose guests have the same keys.
  writeFrames(tier, 2, [frameAt(1, 0, GUESTS), frameAt(2, 1_445, GUESTS)])
}

test.each([1, 5, 30, 360])(
  'many series read at once say what each one says by itself, in buckets of %i min',
  (minutes) => {
    const { dir, remove } = scratchDir()
    const tier = new HotTier({ dir })
    try {
      fill(tier)
      const grid = gridOf({ from: D0, to: D0 + 4 * DAY }, minutes * MINUTE)
      const ask = (key: string | null) =>
        tier
          .read({ host: 1, grid, selections: [{ entity: 'guest', key, fields: FIELDS }] })
          .sort((a, b) => Number(a.key) - Number(b.key) || a.field - b.field)
      const all = ask(null)
      expect(all).toHaveLength(2 * GUESTS)
      const each = Array.from({ length: GUESTS }, (_, at) => ask(String(100 + at))).flat()
      expect(all).toEqual(each)
      const frames = MINUTES.flat()
      const own = all.find(({ key, field }) => key === '103' && field === FIELDS[0])!
      expect(sumOf(own.count)).toBe(frames.length)
      // What guest 103 was given.
      const given = frames.map((_, at) => toFixedPoint(3 + at + 1, metric('guest.cpu_pct').spec))
      expect(sumOf(own.sum)).toBe(sumOf(given))
    } finally {
      tier.close()
      remove()
    }
  },
)

const sumOf = (values: Iterable<number>) => [...values].reduce((sum, value) => sum + value, 0)
