import type { IntRange } from '@lumen/std/interval-set'

/** Inclusive range of seqs on disk, with the newest sample time among them. */
export interface DurableRange {
  from: number
  to: number
  newestTs: number
}

/** What changes on disk when ranges grow: rows are keyed by `from`. */
export interface DurableChange {
  removed: number[]
  put: DurableRange[]
}

/** Sorted, disjoint, non-adjacent ranges of one stream. Immutable: what a flush will make durable is computed
 * first, and taken over only once it is committed (T8). */
export class DurableRanges {
  readonly ranges: readonly DurableRange[]

  constructor(ranges: readonly DurableRange[] = []) {
    this.ranges = ranges
  }

  get newestTs(): number {
    return this.ranges.reduce((newest, range) => Math.max(newest, range.newestTs), Number.NEGATIVE_INFINITY)
  }

  toIntRanges(): IntRange[] {
    return this.ranges.map(({ from, to }) => [from, to])
  }

  with(added: readonly IntRange[], newestTs: number): DurableRanges {
    const next = [...this.ranges]
    for (const [from, to] of added) {
      const start = firstEndingAtOrAfter(next, from - 1)
      let end = start
      const merged = { from, to, newestTs }
      for (let range = next[end]; range !== undefined && range.from <= to + 1; range = next[++end]) {
        merged.from = Math.min(merged.from, range.from)
        merged.to = Math.max(merged.to, range.to)
        merged.newestTs = Math.max(merged.newestTs, range.newestTs)
      }
      next.splice(start, end - start, merged)
    }
    return new DurableRanges(next)
  }

  /** Without the ranges whose newest sample is older than `ts`. */
  since(ts: number): DurableRanges {
    return new DurableRanges(this.ranges.filter((range) => range.newestTs >= ts))
  }

  /** What to write so that the disk says `next` instead of this: only the rows that differ. */
  changeTo(next: DurableRanges): DurableChange {
    const kept = new Set(this.ranges)
    const froms = new Set(next.ranges.map((range) => range.from))
    return {
      removed: this.ranges.filter((range) => !froms.has(range.from)).map((range) => range.from),
      put: next.ranges.filter((range) => !kept.has(range)),
    }
  }
}

function firstEndingAtOrAfter(ranges: readonly DurableRange[], value: number): number {
  let low = 0
  let high = ranges.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ranges[middle]!.to < value) low = middle + 1
    else high = middle
  }
  return low
}
