/** Takes bytes off a stream in the pieces a format has. */
export class ByteSource {
  readonly #chunks: AsyncIterator<Uint8Array>
  #rest: Uint8Array = new Uint8Array(0)

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#chunks = source[Symbol.asyncIterator]()
  }

  /** The next `length` bytes; undefined when the stream ends before. For small pieces. */
  async take(length: number): Promise<Uint8Array | undefined> {
    const whole = new Uint8Array(length)
    let filled = 0
    for await (const piece of this.pieces(length)) {
      whole.set(piece, filled)
      filled += piece.length
    }
    return filled === length ? whole : undefined
  }

  /** The next `length` bytes as they come; fewer when the stream ends before. */
  async *pieces(length: number): AsyncGenerator<Uint8Array> {
    for (let left = length; left > 0; ) {
      if (this.#rest.length === 0 && !(await this.#refill())) return
      const piece = this.#rest.subarray(0, left)
      this.#rest = this.#rest.subarray(piece.length)
      left -= piece.length
      yield piece
    }
  }

  async close(): Promise<void> {
    await this.#chunks.return?.()
  }

  async #refill(): Promise<boolean> {
    const next = await this.#chunks.next()
    if (next.done) return false
    this.#rest = next.value
    return true
  }
}
