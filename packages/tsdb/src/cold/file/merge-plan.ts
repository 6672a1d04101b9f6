import { compareSeries } from './key-order.ts'
import type { PageSource } from './page-source.ts'

/** A part counts as at least so many rows, for it takes memory of its own. */
const PART_ROWS = 24

/** A file to be merged, without its series of some hosts. */
export interface MergeInput {
  source: PageSource
  dropHosts: ReadonlySet<number>
}

/** The rows of one series in one file. */
export interface MergePart {
  source: PageSource
  from: number
  count: number
}

/** A series of the merged file and where it is now, in the order of the files. */
export interface MergeSeries {
  host: number
  key: string
  parts: MergePart[]
}

/** Series for one row group at a time: as many as have up to `maxRows` rows in all files together, and at least one.
 * By the files' indexes alone. */
export function* planMerge(
  inputs: readonly MergeInput[],
  maxRows: number,
): Generator<MergeSeries[], void, void> {
  let group: MergeSeries[] = []
  let rows = 0
  for (const series of mergedSeries(inputs)) {
    const more = series.parts.reduce((sum, { count }) => sum + Math.max(count, PART_ROWS), 0)
    if (group.length > 0 && rows + more > maxRows) {
      yield group
      group = []
      rows = 0
    }
    group.push(series)
    rows += more
  }
  if (group.length > 0) yield group
}

export function rowsOf({ parts }: MergeSeries): number {
  return parts.reduce((sum, { count }) => sum + count, 0)
}

function* mergedSeries(inputs: readonly MergeInput[]): Generator<MergeSeries, void, void> {
  let heads = inputs.map((input) => new Head(input)).filter((head) => !head.isDone)
  while (heads.length > 0) {
    const { host, key } = heads.reduce((least, head) => (compareSeries(head, least) < 0 ? head : least))
    const equal = heads.filter((head) => head.host === host && head.key === key)
    yield { host, key, parts: equal.map((head) => head.part()) }
    for (const head of equal) head.next()
    heads = heads.filter((head) => !head.isDone)
  }
}

/** The next series of a file. */
class Head {
  readonly #input: MergeInput
  #series = -1
  isDone = false
  host = 0
  key = ''

  constructor(input: MergeInput) {
    this.#input = input
    this.next()
  }

  part(): MergePart {
    const { source } = this.#input
    const { from, to } = source.index.rowsOf(this.#series)
    return { source, from, count: to - from }
  }

  next(): void {
    const { source, dropHosts } = this.#input
    const { index } = source
    do this.#series++
    while (this.#series < index.seriesCount && dropHosts.has(index.host(this.#series)))
    this.isDone = this.#series >= index.seriesCount
    if (this.isDone) return
    this.host = index.host(this.#series)
    this.key = index.key(this.#series)
  }
}
