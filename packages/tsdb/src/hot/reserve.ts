import { randomFillSync } from 'node:crypto'
import { existsSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FILE_MODE } from './private-file.ts'

/** A file that is only there to be deleted. On a disk without a free byte nothing can be deleted from a database: the
 * log that says what is deleted has to grow, or to begin anew, for which the database has to take what it holds. */
export class Reserve {
  readonly #path: string

  constructor(dir: string) {
    this.#path = join(dir, 'reserve')
  }

  /** Makes it when it is missing. Random, so that a file system that compresses keeps the space too. */
  keep(bytes: number): void {
    if (existsSync(this.#path)) return
    try {
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
