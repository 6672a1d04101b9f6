/** How `npm run build` writes a version into a build, in a comment: begin, version, `@`. */
export const MARK_BEGIN = '@lumen-build '

const MARK = /^@lumen-build (\d+\.\d+\.\d+(?:[-+][\w.-]+)?)@/
/** A version has at most 64 characters. */
const MOST_BYTES = 96

/** Finds what a build calls itself in its bytes, which come in pieces. The first mark counts; the program's own
 * code that looks for marks holds none. */
export class MarkFinder {
  #rest: Buffer = Buffer.alloc(0)
  #version: string | null = null

  get version(): string | null {
    return this.#version
  }

  read(piece: Uint8Array): void {
    if (this.#version !== null) return
    const bytes = Buffer.concat([this.#rest, piece])
    for (let at = bytes.indexOf(MARK_BEGIN); at >= 0; at = bytes.indexOf(MARK_BEGIN, at + 1)) {
      const found = MARK.exec(bytes.toString('latin1', at, at + MOST_BYTES))?.[1]
      if (found === undefined) continue
      this.#version = found
      return
    }
    this.#rest = Buffer.from(bytes.subarray(Math.max(0, bytes.length - MOST_BYTES)))
  }
}
