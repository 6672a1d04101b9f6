import { Database } from 'bun:sqlite'
import { existsSync, statSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

// Of sqlite3.h; bun:sqlite takes them as a number.
const OPEN_READONLY = 0x01
const OPEN_URI = 0x40

/** Reads a database in WAL mode beside whoever writes it, and leaves no file behind. Where nobody has it open, SQLite
 * would make an empty log and its index beside it, which a connection that only reads may not delete: then the file is
 * read as it is, and `isUndisturbed` tells afterwards whether anybody began to write it meanwhile. */
export class QuietReader implements Disposable {
  readonly db: Database
  readonly #path: string
  /** null: read through the log, which keeps a transaction undisturbed. */
  readonly #stamp: string | null

  /** @throws what SQLite throws where there is no such database */
  constructor(path: string) {
    this.#path = path
    this.#stamp = existsSync(`${path}-wal`) ? null : stampOf(path)
    this.db =
      this.#stamp === null
        ? new Database(path, { readonly: true })
        : new Database(`${pathToFileURL(path).href}?immutable=1`, OPEN_READONLY | OPEN_URI)
  }

  /** Whether all that was read so far in a transaction is of one instant. */
  isUndisturbed(): boolean {
    return this.#stamp === null || (!existsSync(`${this.#path}-wal`) && stampOf(this.#path) === this.#stamp)
  }

  [Symbol.dispose](): void {
    this.db.close()
  }
}

function stampOf(path: string): string {
  const { size, mtimeNs, ino } = statSync(path, { bigint: true })
  return `${ino} ${size} ${mtimeNs}`
}
