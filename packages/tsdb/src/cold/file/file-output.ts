import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { FILE_MODE } from '../../hot/private-file.ts'

const BUFFER_BYTES = 1 << 18

/** A new private file, written from beginning to end in large pieces. */
export class FileOutput {
  readonly #buffer = new Uint8Array(BUFFER_BYTES)
  #fd: number | null
  #buffered = 0
  /** Bytes taken so far: where the next ones will be. */
  position = 0

  constructor(path: string) {
    this.#fd = openSync(path, 'w', FILE_MODE)
  }

  write(bytes: Uint8Array): void {
    this.position += bytes.length
    if (this.#buffered + bytes.length > BUFFER_BYTES) this.flush()
    if (bytes.length > BUFFER_BYTES) {
      this.#put(bytes)
      return
    }
    this.#buffer.set(bytes, this.#buffered)
    this.#buffered += bytes.length
  }

  /** Hands everything to the kernel. */
  flush(): void {
    this.#put(this.#buffer.subarray(0, this.#buffered))
    this.#buffered = 0
  }

  sync(): void {
    fsyncSync(this.#fd!)
  }

  /** May be called again. */
  close(): void {
    if (this.#fd === null) return
    const fd = this.#fd
    this.#fd = null
    closeSync(fd)
  }

  #put(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#fd!, bytes, done, bytes.length - done)
  }
}
