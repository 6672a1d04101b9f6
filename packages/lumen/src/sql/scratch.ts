import { mkdtempSync, rmSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** A folder for one run, outside the data directory and for nobody else's eyes; gone at its end, also when a signal
 * ends it. */
export class Scratch implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'lumen-sql-'))
  readonly #ended = new AbortController()

  constructor() {
    for (const name of SIGNALS) process.on(name, this.#onSignal)
  }

  /** Aborts when a signal ends the run. */
  get ended(): AbortSignal {
    return this.#ended.signal
  }

  newFolder(): string {
    return mkdtempSync(join(this.path, 'files-'))
  }

  [Symbol.dispose](): void {
    for (const name of SIGNALS) process.off(name, this.#onSignal)
    rmSync(this.path, { recursive: true, force: true })
  }

  readonly #onSignal = (name: (typeof SIGNALS)[number]): void => {
    this.#ended.abort()
    this[Symbol.dispose]()
    process.exit(128 + constants.signals[name])
  }
}
