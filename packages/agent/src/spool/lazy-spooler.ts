import type { SpoolHealth } from './health.ts'
import { listSegmentFiles } from './segment-files.ts'
import type { Spooler } from './spooler.ts'

/** The code of the spool, loaded. */
export type SpoolerCode = typeof Spooler

/** Where frames are kept while the hub does not answer. */
export interface SpoolConfig {
  dir: string
  maxBytes: number
  /** 30 days unless told. */
  maxAgeMs?: number | undefined
  /** What `loadSpoolerFor` answered. Without it what an earlier run left is not delivered before the next start. */
  code?: SpoolerCode | undefined
}

/** The code of the spool where an earlier run left frames in `dir`: they are needed before the first frame is read. */
export async function loadSpoolerFor(dir: string): Promise<SpoolerCode | undefined> {
  return isUsed(dir) ? loadCode() : undefined
}

/** A spool whose code is loaded when the hub falls silent for the first time: it takes a megabyte of memory, which an
 * agent whose hub answers does not pay. */
export class LazySpooler {
  readonly #health: SpoolHealth
  readonly #make: (code: SpoolerCode) => Spooler
  #spooler: Spooler | undefined
  #loading: Promise<void> | undefined
  #isEnded = false

  /** @param make builds it once its code is there */
  constructor(code: SpoolerCode | undefined, health: SpoolHealth, make: (code: SpoolerCode) => Spooler) {
    this.#health = health
    this.#make = make
    if (code === undefined) health.probe()
    else this.#spooler = make(code)
  }

  /** The spooler, once it is loaded. */
  get current(): Spooler | undefined {
    return this.#spooler
  }

  /** The hub does not answer. */
  onFailure(): void {
    if (this.#spooler === undefined) void this.#load().then(() => this.#spooler?.onFailure())
    else this.#spooler.onFailure()
  }

  /** Clean end.
   * @param isLeft whether there is something the hub has not taken */
  async finish(isLeft: boolean): Promise<void> {
    if (isLeft) await this.#load()
    await this.#spooler?.finish()
    this.end()
  }

  end(): void {
    this.#isEnded = true
    this.#spooler?.end()
  }

  #load(): Promise<void> {
    this.#loading ??= loadCode().then(
      (code) => {
        if (!this.#isEnded) this.#spooler ??= this.#make(code)
      },
      (error) => this.#health.fail(error),
    )
    return this.#loading
  }
}

async function loadCode(): Promise<SpoolerCode> {
  return (await import('./spooler.ts')).Spooler
}

function isUsed(dir: string): boolean {
  try {
    return listSegmentFiles(dir).length > 0
  } catch {
    // Told when it is opened.
    return true
  }
}
