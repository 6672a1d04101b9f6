import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { type DurableRange, DurableRanges } from './durable-ranges.ts'

const someRanges = fc
  .array(fc.record({ from: fc.nat(60), length: fc.nat(5), newestTs: fc.nat(9) }), { maxLength: 20 })
  .map((all) => all.map(({ from, length, newestTs }) => ({ from, to: from + length, newestTs })))

/** The newest time among the ranges that have the seq, for each seq; ranges that touch become one. */
function byHand(ranges: readonly DurableRange[]): DurableRange[] {
  const joined: DurableRange[] = []
  for (const range of ranges.toSorted((a, b) => a.from - b.from)) {
    const last = joined.at(-1)
    if (last !== undefined && range.from <= last.to + 1) {
      last.to = Math.max(last.to, range.to)
      last.newestTs = Math.max(last.newestTs, range.newestTs)
    } else joined.push({ ...range })
  }
  return joined
}

test('ranges are sorted and apart, in whatever order and portions they came', () => {
  fc.assert(
    fc.property(someRanges, someRanges, (first, second) => {
      const all = new DurableRanges().union(first).union(second)
      expect(all.ranges).toEqual(byHand([...first, ...second]))
    }),
  )
})

test('what changes on disk turns the rows of the one into those of the other', () => {
  fc.assert(
    fc.property(someRanges, someRanges, fc.nat(9), (first, second, since) => {
      const before = new DurableRanges().union(first)
      const rows = new Map(before.ranges.map((range) => [range.from, range]))
      const after = before.since(since).union(second)
      const { removed, put } = before.changeTo(after)
      for (const from of removed) rows.delete(from)
      for (const range of put) rows.set(range.from, range)
      expect([...rows.values()].sort((a, b) => a.from - b.from)).toEqual([...after.ranges])
    }),
  )
})

test('a row that does not change is not written again', () => {
  const before = new DurableRanges().union([1, 5, 9].map((seq) => ({ from: seq, to: seq, newestTs: seq })))
  const after = before.with([[6, 6]], 6)
  expect(before.changeTo(after)).toEqual({ removed: [], put: [{ from: 5, to: 6, newestTs: 6 }] })
})
