interface Entry<T> {
  value: T
  bytes: number
}

/** Values by name within a bound of bytes, the least recently used dropped first. What alone would take a quarter of the
 * bound is not kept at all, so that one wide answer does not empty it. */
export class BoundedCache<T> {
  readonly #maxBytes: number
  readonly #entries = new Map<string, Entry<T>>()
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get bytes(): number {
    return this.#bytes
  }

  get(name: string): T | undefined {
    const entry = this.#entries.get(name)
    if (entry === undefined) return undefined
    this.#entries.delete(name)
    this.#entries.set(name, entry)
    return entry.value
  }

  /** Whether something of this size would be kept. */
  isWorth(bytes: number): boolean {
    return bytes <= this.#maxBytes / 4
  }

  put(name: string, value: T, bytes: number): void {
    this.drop(name)
    if (!this.isWorth(bytes)) return
    this.#entries.set(name, { value, bytes })
    this.#bytes += bytes
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#maxBytes) break
      this.drop(oldest)
    }
  }

  /** The least recently used first. */
  *values(): Generator<T> {
    for (const { value } of this.#entries.values()) yield value
  }

  names(): IterableIterator<string> {
    return this.#entries.keys()
  }

  drop(name: string): void {
    this.#bytes -= this.#entries.get(name)?.bytes ?? 0
    this.#entries.delete(name)
  }

  clear(): void {
    this.#entries.clear()
    this.#bytes = 0
  }
}
