import { closeSync, fdatasync, fsync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { encodeRecord, type RecordKind } from './record.ts'

/** Appends records to one new file. What fails half-way is taken back, so that the file only ever holds whole
 * records, or a torn last one after a crash. */
export class SegmentWriter {
  readonly #path: string
  readonly #fd: number
  #bytes = 0
  #isClosed = false
  #syncing = 0
  #isFolderSynced = false

  /** @throws the system's error when it cannot be made */
  constructor(path: string) {
    this.#path = path
    this.#fd = openSync(path, 'wx', 0o600)
  }

  get bytes(): number {
    return this.#bytes
  }

  /** @throws the system's error; nothing of the record is in the file then, or its torn beginning if even that
   *   could not be undone */
  append(kind: RecordKind, body: Uint8Array): void {
    const record = encodeRecord(kind, body)
    try {
      for (let at = 0; at < record.length; ) at += writeSync(this.#fd, record, at, record.length - at)
      this.#bytes += record.length
    } catch (error) {
      ftruncateSync(this.#fd, this.#bytes)
      throw error
    }
  }

  /** Brings what was appended to the disk, beside everything else: a slow disk holds nothing up. */
  sync(done: (error: Error | null) => void): void {
    if (this.#isClosed) {
      done(null)
      return
    }
    this.#syncing += 1
    fdatasync(this.#fd, (error) => {
      this.#endSync()
      if (error !== null || this.#isFolderSynced) {
        done(error)
        return
      }
      this.#isFolderSynced = true
      syncFolderBehind(dirname(this.#path), done)
    })
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    if (this.#syncing === 0) closeSync(this.#fd)
  }

  /** Closes and deletes a file in which nothing is of use. */
  discard(): void {
    this.close()
    rmSync(this.#path, { force: true })
  }

  #endSync(): void {
    this.#syncing -= 1
    if (this.#isClosed && this.#syncing === 0) closeSync(this.#fd)
  }
}

function syncFolderBehind(dir: string, done: (error: Error | null) => void): void {
  let fd: number
  try {
    fd = openSync(dir, 'r')
  } catch (error) {
    done(error as Error)
    return
  }
  fsync(fd, (error) => {
    closeSync(fd)
    done(error)
  })
}
