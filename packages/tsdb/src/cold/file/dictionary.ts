import type { ByteSink } from './byte-sink.ts'
import type { IntType } from './columns.ts'

const LOW = -1_024
const SPAN = 4_096
export const MAX_ENTRIES = 256

/** The distinct values of a column chunk, as long as they are few and small: remainders, counts, constants. */
export class IntDictionary {
  readonly #values: number[] = []
  /** Index + 1 of a small value; 0: not there. */
  readonly #indexOf = new Uint16Array(SPAN)

  get size(): number {
    return this.#values.length
  }

  /** Writes each value's index to `out`. False, and no longer usable for these values, when it cannot hold them. */
  index(values: Float64Array, count: number, out: Uint8Array): boolean {
    const indexOf = this.#indexOf
    for (let i = 0; i < count; i++) {
      const place = values[i]! - LOW
      if (!(place >= 0 && place < SPAN)) return false
      let index = indexOf[place]!
      if (index === 0) {
        if (this.#values.length === MAX_ENTRIES) return false
        index = this.#values.push(values[i]!)
        indexOf[place] = index
      }
      out[i] = index - 1
    }
    return true
  }

  clear(): void {
    this.#values.length = 0
    this.#indexOf.fill(0)
  }

  writePlain(type: IntType, sink: ByteSink): void {
    writePlain(this.#values, this.#values.length, type, sink)
  }
}

export function writePlain(values: ArrayLike<number>, count: number, type: IntType, sink: ByteSink): void {
  sink.reserve(count * 8)
  for (let i = 0; i < count; i++) {
    if (type === 'INT32') sink.u32(values[i]!)
    else sink.i64(values[i]!)
  }
}

export function readPlain(view: DataView, at: number, count: number, type: IntType): Float64Array {
  const values = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    values[i] =
      type === 'INT32'
        ? view.getInt32(at + i * 4, true)
        : view.getUint32(at + i * 8, true) + view.getInt32(at + i * 8 + 4, true) * 2 ** 32
  }
  return values
}
