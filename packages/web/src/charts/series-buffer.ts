/** Rows by time: `t` ascending, every column as long as `t`, NaN = missing. */
export interface Columns {
  t: Float64Array
  columns: ReadonlyMap<string, Float64Array>
}

const FIRST_CAPACITY = 64

/** What the charts of one group draw: rows sorted by bucket start, one typed-array column a series.
 * Rows are trimmed from the front as the window slides; capacity stays within twice the rows kept, so hours of
 * live data cost no more than the window does. Views handed out are valid until the next change. */
export class SeriesBuffer {
  /** Rises with every change. */
  version = 0
  #t = new Float64Array(FIRST_CAPACITY)
  #columns = new Map<string, Float64Array>()
  #start = 0
  #end = 0

  get length(): number {
    return this.#end - this.#start
  }

  /** Rows that fit without growing; for tests and the curious. */
  get capacity(): number {
    return this.#t.length
  }

  get names(): string[] {
    return [...this.#columns.keys()]
  }

  get t(): Float64Array {
    return this.#t.subarray(this.#start, this.#end)
  }

  get lastT(): number | undefined {
    return this.length === 0 ? undefined : this.#t[this.#end - 1]
  }

  column(name: string): Float64Array | undefined {
    return this.#columns.get(name)?.subarray(this.#start, this.#end)
  }

  /** Puts values into the row at `t`, which must not lie before the last row; columns not named stay missing.
   * False when `t` is too early: history has that row already. */
  append(t: number, values: Iterable<readonly [name: string, value: number]>): boolean {
    const last = this.lastT
    if (last !== undefined && t < last) return false
    if (t !== last) this.#pushRow(t)
    const row = this.#end - 1
    for (const [name, value] of values) this.#ensureColumn(name)[row] = value
    this.version += 1
    return true
  }

  /** Value at the newest row, NaN when missing. */
  newest(name: string): number {
    const column = this.#columns.get(name)
    return column === undefined || this.length === 0 ? Number.NaN : column[this.#end - 1]!
  }

  /** Replaces every row in `[from, to]` by `rows` (which lie inside it); rows outside stay as they are. */
  splice(from: number, to: number, rows: Columns): void {
    const old = this.t
    const headEnd = lowerBound(old, from)
    const tailStart = lowerBound(old, to + 1)
    const names = new Set([...this.#columns.keys(), ...rows.columns.keys()])
    const length = headEnd + rows.t.length + (old.length - tailStart)
    const capacity = Math.max(FIRST_CAPACITY, Math.ceil(length * 1.25))
    const joined = (previous: Float64Array | undefined, inserted: Float64Array | undefined) => {
      const target = new Float64Array(capacity).fill(Number.NaN)
      if (previous !== undefined) {
        target.set(previous.subarray(0, headEnd), 0)
        target.set(previous.subarray(tailStart), headEnd + rows.t.length)
      }
      if (inserted !== undefined) target.set(inserted, headEnd)
      return target
    }
    const t = joined(old, rows.t)
    const columns = new Map<string, Float64Array>()
    for (const name of names) columns.set(name, joined(this.column(name), rows.columns.get(name)))
    this.#t = t
    this.#columns = columns
    this.#start = 0
    this.#end = length
    this.version += 1
  }

  /** Forgets rows before `t`. */
  trimBefore(t: number): void {
    const dropped = lowerBound(this.t, t)
    if (dropped === 0) return
    this.#start += dropped
    this.version += 1
  }

  #pushRow(t: number): void {
    if (this.#end === this.#t.length) this.#makeRoom()
    this.#t[this.#end] = t
    for (const column of this.#columns.values()) column[this.#end] = Number.NaN
    this.#end += 1
  }

  #makeRoom(): void {
    const { length } = this
    const capacity = length > this.#t.length / 2 ? this.#t.length * 2 : this.#t.length
    const moved = (source: Float64Array) => {
      const target = new Float64Array(capacity).fill(Number.NaN)
      target.set(source.subarray(this.#start, this.#end))
      return target
    }
    this.#t = moved(this.#t)
    for (const [name, column] of this.#columns) this.#columns.set(name, moved(column))
    this.#start = 0
    this.#end = length
  }

  #ensureColumn(name: string): Float64Array {
    let column = this.#columns.get(name)
    if (column === undefined) {
      column = new Float64Array(this.#t.length).fill(Number.NaN)
      this.#columns.set(name, column)
    }
    return column
  }
}

/** First index whose value is at least `value`; the length when there is none. `sorted` ascends. */
export function lowerBound(sorted: ArrayLike<number>, value: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}
