/** Hands out the values of a page one run after the other. */
export interface ValueReader {
  /** Writes the next `count` values to `out`, beginning at `from`. */
  read(out: Float64Array, from: number, count: number): void
  /** Passes over the next `count` values. */
  skip(count: number): void
}
