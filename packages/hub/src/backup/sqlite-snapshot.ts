import { Database } from 'bun:sqlite'
import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { errorMessage, LumenError } from '@lumen/std/error'
import { readWalIndex } from './wal-index.ts'

const CHUNK_BYTES = 256 * 1024
const WAL_HEADER_BYTES = 32
const FRAME_HEADER_BYTES = 24

/** A database as it is at one instant, read while others go on writing to it, without copying it first.
 *
 * A read transaction is held open. Meanwhile SQLite neither starts the log over (or, if all of it was in the database
 * file, does so without touching that file) nor moves frames to the database file that are newer than the transaction. So
 * either the file holds everything already and does not change, or the log's frames named by the index stay in place
 * and hold every page of the file that may change. A page is taken from its newest frame, else from the file.
 *
 * Only in a process that has no connection of its own to the database: the operating system drops a process's locks on
 * a file when any descriptor of it is closed (POSIX advisory locks). */
export class SqliteSnapshot implements Disposable {
  readonly #db: Database
  readonly #fds: number[] = []
  readonly #fd: number
  #walFd: number | undefined
  /** Page → where its newest frame's content begins in the log. */
  readonly #inLog = new Map<number, number>()
  readonly pageBytes: number
  #pages: number

  /** @throws {LumenError} `database_unusable` */
  constructor(path: string) {
    this.#db = new Database(path, { readonly: true })
    try {
      this.#db.run('PRAGMA busy_timeout = 5000')
      this.#db.run('BEGIN')
      this.pageBytes = this.#number('PRAGMA page_size')
      this.#number('SELECT count(*) FROM sqlite_schema')
      this.#pages = this.#number('PRAGMA page_count')
      this.#fd = this.#open(path)
      if (existsSync(`${path}-shm`)) this.#readLog(path)
    } catch (cause) {
      this[Symbol.dispose]()
      throw new LumenError('database_unusable', `Cannot copy ${path}: ${errorMessage(cause)}`, { cause })
    }
  }

  get bytes(): number {
    return this.#pages * this.pageBytes
  }

  /** The only value of the first row; null where there is none or no such table. */
  value(sql: string): string | number | null {
    try {
      const found = this.#db.query<[string | number], []>(sql).values()[0]?.[0]
      return typeof found === 'string' || typeof found === 'number' ? found : null
    } catch {
      return null
    }
  }

  /** The whole database, in order.
   * @throws {LumenError} `database_unusable` when it cannot be read */
  *chunks(): Generator<Uint8Array> {
    const perChunk = Math.max(1, Math.floor(CHUNK_BYTES / this.pageBytes))
    for (let first = 0; first < this.#pages; first += perChunk) {
      const chunk = new Uint8Array(Math.min(perChunk, this.#pages - first) * this.pageBytes)
      const inFile = readUpTo(this.#fd, chunk, first * this.pageBytes)
      for (let at = 0; at < chunk.length; at += this.pageBytes) {
        const page = first + at / this.pageBytes + 1
        const inLog = this.#inLog.get(page)
        if (inLog !== undefined) this.#fromLog(chunk.subarray(at, at + this.pageBytes), inLog)
        else if (at + this.pageBytes > inFile)
          throw new LumenError('database_unusable', `The database ends before its page ${page}`)
      }
      yield chunk
    }
  }

  [Symbol.dispose](): void {
    // the connection first: closing a descriptor of its files would take its locks
    this.#db.close()
    for (const fd of this.#fds.splice(0)) closeSync(fd)
  }

  #readLog(path: string): void {
    const index = readWalIndex(this.#open(`${path}-shm`))
    if (index === undefined) throw new LumenError('database_unusable', 'its index changes too fast to read')
    if (index.frames === index.backfilled) return
    this.#walFd = this.#open(`${path}-wal`)
    this.#pages = index.pages
    const frameBytes = FRAME_HEADER_BYTES + this.pageBytes
    const header = Buffer.alloc(FRAME_HEADER_BYTES)
    for (let frame = 0; frame < index.frames; frame++) {
      const at = WAL_HEADER_BYTES + frame * frameBytes
      const isWhole = readUpTo(this.#walFd, header, at) === header.length
      if (!isWhole || Buffer.compare(header.subarray(8, 16), index.salt) !== 0)
        throw new LumenError('database_unusable', `its log ends before frame ${frame + 1}`)
      this.#inLog.set(header.readUInt32BE(0), at + FRAME_HEADER_BYTES)
    }
  }

  #fromLog(page: Uint8Array, at: number): void {
    if (this.#walFd === undefined || readUpTo(this.#walFd, page, at) !== page.length)
      throw new LumenError('database_unusable', 'The log of the database was cut while it was read')
  }

  #open(path: string): number {
    const fd = openSync(path, 'r')
    this.#fds.push(fd)
    return fd
  }

  #number(sql: string): number {
    return Number(this.#db.query<[number], []>(sql).values()[0]?.[0])
  }
}

/** Reads until `into` is full or the file ends. */
function readUpTo(fd: number, into: Uint8Array, position: number): number {
  let filled = 0
  while (filled < into.length) {
    const count = readSync(fd, into, filled, into.length - filled, position + filled)
    if (count === 0) break
    filled += count
  }
  return filled
}
