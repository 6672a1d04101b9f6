import { randomFillSync } from 'node:crypto'
import { statSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FILE_MODE } from './private-file.ts'

/** A file that is only there to be deleted. On a disk without a free byte nothing can be deleted from a database: the
 * log that says what is deleted has to grow, or to begin anew, for which the database has to take what it holds. */
export class Reserve {
  readonly #path: string

  constructor(dir: string) {
    this.#path = join(dir, 'reserve')
  }

  /** Makes it where it is missing and `mayGrow`, and anew where it is larger than it should be. Random, so that a file
   * system that compresses keeps the space too. */
  keep(bytes: number, mayGrow: boolean): void {
    const size = statSync(this.#path, { throwIfNoEntry: false })?.size
    if (size === undefined ? !mayGrow : size <= bytes) return
    try {
      if (size !== undefined) this.release()
      writeFileSync(this.#path, randomFillSync(new Uint8Array(bytes)), { mode: FILE_MODE, flush: true })
    } catch {
      this.release()
    }
  }

  /** Lets go of its space; false when there was none. */
  release(): boolean {
    try {
      unlinkSync(this.#path)
      return true
    } catch {
      return false
    }
  }
}
