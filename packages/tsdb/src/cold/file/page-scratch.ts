import { ByteSink } from './byte-sink.ts'
import { DeltaEncoder } from './delta.ts'

/** Buffers that the columns of a file share, for only one page is encoded at a time. */
export class PageScratch {
  readonly levels = new ByteSink(4_096)
  readonly body = new ByteSink(65_536)
  readonly page = new ByteSink(65_536)
  readonly delta = new DeltaEncoder()
  #indices = new Uint8Array(4_096)
  #rowLevels = new Uint8Array(4_096)

  indices(count: number): Uint8Array {
    if (this.#indices.length < count) this.#indices = new Uint8Array(count)
    return this.#indices
  }

  /** Which rows of a page have a value. */
  rowLevels(count: number): Uint8Array {
    if (this.#rowLevels.length < count) this.#rowLevels = new Uint8Array(count)
    return this.#rowLevels
  }
}
