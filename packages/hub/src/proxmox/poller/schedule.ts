import type { Clock } from '@lumen/std/clock'

export interface Job {
  name: string
  everyMs: number
  /** LATER when it could not begin yet. */
  run(): Promise<unknown>
}

/** What a job waits for is not there yet: it is tried again soon. */
export const LATER = 'later'
const LATER_MS = 5_000

/** Begins jobs when they are due. One that is still under way when it is due again is left out that time; one that
 * throws is told of and goes on. */
export class Schedule {
  readonly #clock: Clock
  readonly #onFault: (job: string, fault: unknown) => void
  readonly #jobs: { job: Job; dueAt: number; running: Promise<void> | undefined }[]

  constructor(clock: Clock, jobs: readonly Job[], onFault: (job: string, fault: unknown) => void) {
    this.#clock = clock
    this.#onFault = onFault
    this.#jobs = jobs.map((job) => ({ job, dueAt: clock.monotonic(), running: undefined }))
  }

  tick(): void {
    const now = this.#clock.monotonic()
    for (const entry of this.#jobs) {
      if (now < entry.dueAt) continue
      entry.dueAt = now + entry.job.everyMs
      if (entry.running !== undefined) continue
      entry.running = this.#run(entry.job).then((outcome) => {
        entry.running = undefined
        if (outcome === LATER) entry.dueAt = this.#clock.monotonic() + LATER_MS
      })
    }
  }

  /** Resolves when what is under way is over. */
  async settled(): Promise<void> {
    await Promise.all(this.#jobs.map(({ running }) => running))
  }

  async #run(job: Job): Promise<unknown> {
    try {
      return await job.run()
    } catch (fault) {
      this.#onFault(job.name, fault)
    }
  }
}
