/** Arrays for one series at a time, used again for the next: new ones each time would wait for the collector, some
 * hundred megabytes in a merge. */
export class SeriesMemory {
  readonly #arrays: Float64Array[] = []
  #taken = 0

  /** What was taken before may be overwritten from now on. */
  begin(): void {
    this.#taken = 0
  }

  /** Holds whatever it held before. */
  take(length: number): Float64Array {
    const at = this.#taken++
    const known = this.#arrays[at]
    if (known !== undefined && known.length >= length) {
      return known.length === length ? known : known.subarray(0, length)
    }
    const array = new Float64Array(length)
    this.#arrays[at] = array
    return array
  }
}
