/** Bit-packed values are read a word at a time, past their end. */
const SLACK = 8
const MIN_BYTES = 16_384

/** Buffers for the page under way, used again for the next. Sources that share one must be read one column of one
 * file at a time. */
export class PageMemory {
  #stored = new Uint8Array(0)
  #levels = new Uint8Array(0)
  #values = new Uint8Array(0)

  /** Room for bytes as they are in the file. */
  stored(size: number): Uint8Array {
    if (this.#stored.length < size) this.#stored = new Uint8Array(Math.max(MIN_BYTES, size * 2))
    return this.#stored.subarray(0, size)
  }

  levels(bytes: Uint8Array): Uint8Array {
    if (this.#levels.length < bytes.length + SLACK) this.#levels = new Uint8Array(bytes.length * 2 + SLACK)
    return copied(bytes, this.#levels)
  }

  values(bytes: Uint8Array): Uint8Array {
    if (this.#values.length < bytes.length + SLACK) this.#values = new Uint8Array(bytes.length * 2 + SLACK)
    return copied(bytes, this.#values)
  }
}

/** A copy with room to read past its end. */
export function withSlack(bytes: Uint8Array): Uint8Array {
  return copied(bytes, new Uint8Array(bytes.length + SLACK))
}

function copied(bytes: Uint8Array, into: Uint8Array): Uint8Array {
  into.set(bytes)
  return into.length === bytes.length + SLACK ? into : into.subarray(0, bytes.length + SLACK)
}
