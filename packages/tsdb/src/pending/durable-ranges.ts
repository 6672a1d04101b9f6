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
    return this.union(added.map(([from, to]) => ({ from, to, newestTs })))
  }

  /** With these besides, in whatever order: one pass over all, however many there are. */
  union(added: readonly DurableRange[]): DurableRanges {
    const next: DurableRange[] = []
    const put = (range: DurableRange) => {
      const last = next.at(-1)
      if (last === undefined || last.to + 1 < range.from) next.push(range)
      else if (range.to > last.to || range.newestTs > last.newestTs)
        next[next.length - 1] = joined(last, range)
    }
    let at = 0
    for (const range of added.toSorted((a, b) => a.from - b.from)) {
      for (let own = this.ranges[at]; own !== undefined && own.from <= range.from; own = this.ranges[++at]) {
        put(own)
      }
      put(range)
    }
    for (let own = this.ranges[at]; own !== undefined; own = this.ranges[++at]) put(own)
    return new DurableRanges(next)
  }

  /** Without the ranges whose newest sample is older than `ts`. */
  since(ts: number): DurableRanges {
    return new DurableRanges(this.ranges.filter((range) => range.newestTs >= ts))
  }

  /** What to write so that the disk says `next` instead of this: only the rows that differ. */
  changeTo(next: DurableRanges): DurableChange {
    const removed: number[] = []
    const put: DurableRange[] = []
    let at = 0
    for (const range of next.ranges) {
      for (let own = this.ranges[at]; own !== undefined && own.from < range.from; own = this.ranges[++at]) {
        removed.push(own.from)
      }
      const own = this.ranges[at]
      if (own?.from === range.from) at += 1
      if (own !== range) put.push(range)
    }
    for (let own = this.ranges[at]; own !== undefined; own = this.ranges[++at]) removed.push(own.from)
    return { removed, put }
  }
}

function joined(a: DurableRange, b: DurableRange): DurableRange {
  return { from: a.from, to: Math.max(a.to, b.to), newestTs: Math.max(a.newestTs, b.newestTs) }
}
