const FIRST_AFTER_MS = 1_000
const EVERY_MS = 500

/** Tells on stderr how far something is, once it takes longer than a second; at a terminal on one line. */
export class Progress {
  readonly #verb: string
  readonly #startedAt = performance.now()
  #toldAt = 0
  #isLineOpen = false

  constructor(verb: string) {
    this.#verb = verb
  }

  tell(bytes: number, total: number): void {
    const now = performance.now()
    const every = process.stderr.isTTY ? EVERY_MS : 20 * EVERY_MS
    if (now - this.#startedAt < FIRST_AFTER_MS || now - this.#toldAt < every) return
    this.#toldAt = now
    const share = total === 0 ? 100 : Math.floor((bytes / total) * 100)
    const text = `${share} % of ${sizeText(total)} ${this.#verb}`
    process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`)
    this.#isLineOpen = process.stderr.isTTY
  }

  /** The last line: what was made, how large it is and how long it took. */
  end(what: string, bytes: number): void {
    const seconds = ((performance.now() - this.#startedAt) / 1_000).toFixed(1)
    process.stderr.write(`${this.#isLineOpen ? '\r\x1b[K' : ''}${what}: ${sizeText(bytes)} in ${seconds} s\n`)
  }
}

function sizeText(bytes: number): string {
  const kib = bytes / 1024
  if (kib < 1024) return `${kib.toFixed(1)} KiB`
  return kib < 1024 * 1024 ? `${(kib / 1024).toFixed(1)} MiB` : `${(kib / 1024 / 1024).toFixed(2)} GiB`
}
