import { closeSync, openSync, readSync } from 'node:fs'
import { isAbsence, readKernelText, tooLong } from './kernel-text.ts'

/** Of the 1,024 files a service may have open. */
const MOST = 512
/** A file that was not there is looked for again after so many rounds. */
const MISSED_ROUNDS = 16
/** A page is what the kernel makes room for at first; numbers of a thousand disks take a few more. */
const BUFFER_BYTES = 256 * 1024

interface Held {
  /** undefined: it was not there. */
  fd: number | undefined
  owner: string
  missedUntil: number
  readRound: number
}

/** Small files of the kernel that are read at every tick, kept open between: 0.8 µs instead of 7 for opening, reading to
 * the end and closing. Only for files the kernel writes as one record, as all of a control group's with numbers are: one
 * read takes the whole. An open file keeps no group alive; when the group goes, reading fails and the file is closed.
 * At most 512 are open, further ones are opened each time. */
export class HeldFiles implements Disposable {
  readonly #files = new Map<string, Held>()
  readonly #most: number
  readonly #buffer = Buffer.allocUnsafe(BUFFER_BYTES)
  #owner = ''
  #open = 0
  #round = 0

  constructor(most = MOST) {
    this.#most = most
  }

  /** How many are open. */
  get open(): number {
    return this.#open
  }

  /** Files read from now on belong to `owner`: what is still open under the same path for another one is another file. */
  enter(owner: string): void {
    this.#owner = owner
  }

  /** The text of a file, `undefined` where there is none as in {@link readKernelText}.
   * @throws {LumenError} `kernel_text_too_long` from 256 KiB; the system's error when reading fails otherwise */
  read(path: string): string | undefined {
    let held = this.#files.get(path)
    const isOther = held?.owner !== this.#owner
    if (held === undefined || isOther || (held.fd === undefined && this.#round >= held.missedUntil)) {
      if (held !== undefined) this.#forget(path, held)
      if (this.#open >= this.#most) return readKernelText(path)
      held = this.#begin(path)
    }
    held.readRound = this.#round
    const { fd } = held
    if (fd === undefined) return undefined
    try {
      const length = readSync(fd, this.#buffer, 0, BUFFER_BYTES, 0)
      if (length === BUFFER_BYTES) throw tooLong(path, length - 1)
      return this.#buffer.toString('utf8', 0, length)
    } catch (error) {
      this.#forget(path, held)
      if (isAbsence(error)) return undefined
      throw error
    }
  }

  /** Ends a tick: what was not read in it is closed. */
  endRound(): void {
    for (const [path, held] of this.#files) if (held.readRound !== this.#round) this.#forget(path, held)
    this.#round += 1
  }

  [Symbol.dispose](): void {
    for (const [path, held] of this.#files) this.#forget(path, held)
  }

  #begin(path: string): Held {
    let fd: number | undefined
    try {
      fd = openSync(path, 'r')
      this.#open += 1
    } catch (error) {
      if (!isAbsence(error)) throw error
    }
    const held = { fd, owner: this.#owner, missedUntil: this.#round + MISSED_ROUNDS, readRound: 0 }
    this.#files.set(path, held)
    return held
  }

  #forget(path: string, { fd }: Held): void {
    this.#files.delete(path)
    if (fd === undefined) return
    this.#open -= 1
    closeSync(fd)
  }
}
