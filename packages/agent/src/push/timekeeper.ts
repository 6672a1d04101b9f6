import type { Ack } from '@lumen/protocol/agent/ack'
import type { Clock } from '@lumen/std/clock'
import type { Log } from '@lumen/std/log'
import { type ClockJump, DisciplinedClock } from '../disciplined-clock.ts'
import type { RetainedFrame } from '../retain.ts'
import type { Instant } from './instant.ts'

/** A frame this far ahead of the hub's own time was refused for that. */
const AHEAD_MS = 5_000
const NONE: ReadonlySet<RetainedFrame> = new Set()

/** When a question left and when its answer began, on the steady clock. */
export interface RoundTrip {
  sentSteady: number
  answeredSteady: number
}

/** Gives frames and events their time on the hub's clock, and keeps frames in order where that clock is corrected. */
export class Timekeeper {
  readonly #clock: DisciplinedClock
  readonly #log: Log
  #lastTs = 0
  #jumps = 0

  constructor(parts: { clock: Clock; log: Log; readUptimeMs?: (() => number | undefined) | undefined }) {
    this.#clock = new DisciplinedClock(parts)
    this.#log = parts.log
  }

  steady(): number {
    return this.#clock.steady()
  }

  /** True once the hub's time is known. */
  get isSynced(): boolean {
    return this.#clock.isSynced
  }

  /** Jumps of the machine's own clocks noticed so far. */
  get jumps(): number {
    return this.#jumps
  }

  /** The hub's time, epoch ms, or undefined before contact. */
  hubTime(): number | undefined {
    return this.#clock.isSynced ? this.#clock.toHubTime(this.#clock.steady()) : undefined
  }

  /** @throws {Error} before contact: a caller must look at `isSynced`. */
  toHubTime(steady: number): number {
    return this.#clock.toHubTime(steady)
  }

  now(): Instant {
    return this.at(this.#clock.steady())
  }

  at(steady: number): Instant {
    return this.#clock.isSynced ? { ts: this.#clock.toHubTime(steady) } : { steady }
  }

  /** Epoch ms for a frame read at `steady`, or null before contact. Strictly rising, so that order is kept even
   * where the estimate is corrected. */
  stamp(steady: number): number | null {
    if (!this.#clock.isSynced) return null
    this.#lastTs = Math.max(this.#lastTs + 1, Math.round(this.#clock.toHubTime(steady)))
    return this.#lastTs
  }

  /** Looks for sleep and jumps; call it before every reading and push. */
  check(): ClockJump | undefined {
    const jump = this.#clock.check()
    if (jump === undefined) return undefined
    this.#jumps += 1
    if (jump.kind === 'resume') this.#log.info('resumed from sleep', { asleep_ms: jump.asleepMs })
    else this.#log.warn('monotonic clock jumped', { by_ms: jump.byMs })
    return jump
  }

  /** Takes the hub's time from an ack, and stamps the frames that had none. */
  learn(hubTime: number, { sentSteady, answeredSteady }: RoundTrip, frames: readonly RetainedFrame[]): void {
    const isSetBack = this.#clock.observe(sentSteady, answeredSteady, hubTime)
    if (isSetBack) {
      this.#log.warn("the hub's clock was set back; following it", { hub_time: hubTime })
      this.#lastTs = 0
    }
    for (const frame of frames) if (frame.ts === null) frame.ts = this.stamp(frame.steady)
  }

  /** A hub whose clock was set back refuses frames as of the future. They are not lost for that: they get the
   * time they have by its clock now, once, and go again. Answers which. */
  restamp(
    ack: Ack,
    { sentSteady, answeredSteady }: RoundTrip,
    frames: readonly RetainedFrame[],
  ): ReadonlySet<RetainedFrame> {
    const refused = new Set(ack.rejected.map(({ seq }) => seq))
    const ahead = frames.filter(
      ({ seq, ts, isRestamped }) => !isRestamped && refused.has(seq) && ts! > ack.time + AHEAD_MS,
    )
    if (ahead.length === 0) return NONE
    this.#clock.follow(sentSteady, answeredSteady, ack.time)
    this.#lastTs = 0
    for (const frame of ahead) {
      frame.ts = this.stamp(frame.steady)
      frame.isRestamped = true
    }
    return new Set(ahead)
  }
}
