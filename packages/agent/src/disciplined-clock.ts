import type { Clock } from '@lumen/std/clock'

export interface DisciplinedClockOptions {
  clock: Clock
  /** Seconds since boot, sleep included, in milliseconds (`/proc/uptime`); undefined when it cannot be read. */
  readUptimeMs?: (() => number | undefined) | undefined
}

/** What `check` noticed about the machine's own clocks. */
export type ClockJump =
  /** The machine slept: CLOCK_MONOTONIC stood still, the uptime went on. */
  | { kind: 'resume'; asleepMs: number }
  /** The monotonic clock itself moved by an amount that no time passing explains. */
  | { kind: 'jump'; byMs: number }

interface OffsetSample {
  offset: number
  roundTripMs: number
}

const KEPT_SAMPLES = 8
/** Disagreement of uptime and monotonic growth that is sleep rather than noise (uptime has 10 ms steps). */
const NOTICED_MS = 2_000
/** Two readings that took longer than this were interrupted between and prove nothing. */
const READ_PAUSE_MS = 100
/** An uptime that disagrees at this many checks in a row is no uptime (a container's odd /proc). */
const DISTRUSTED_AFTER = 3
/** Corrections up to here are slewed gently. */
const SMALL_MS = 1_000
const SMALL_RATE = 0.01
const LARGE_RATE = 0.5
/** A hub clock that went back by more than this, twice in a row, was set: follow it. */
const SET_BACK_MS = 60_000

/** The hub's time, kept on this machine's monotonic clock, so that a wrong or stepping wall clock does not move
 * history. Two timelines: `steady()` is elapsed time of this machine, sleep included, from an arbitrary origin;
 * `toHubTime(steady)` puts an instant of it on the hub's clock once an answer of the hub has been seen. */
export class DisciplinedClock {
  readonly #clock: Clock
  readonly #readUptimeMs: () => number | undefined
  /** Added to the monotonic clock: sleep, and jumps taken back. */
  #shift = 0
  #lastMonotonic: number
  #lastUptime: number | undefined
  #offset: number | undefined
  #samples: OffsetSample[] = []
  #correctedAt = 0
  #pendingSetBack = false
  #disagreements = 0

  constructor(options: DisciplinedClockOptions) {
    this.#clock = options.clock
    this.#readUptimeMs = options.readUptimeMs ?? (() => undefined)
    this.#lastMonotonic = options.clock.monotonic()
    this.#lastUptime = this.#readUptimeMs()
  }

  /** Milliseconds of elapsed time, sleep included; never goes back. */
  steady(): number {
    const monotonic = this.#clock.monotonic()
    if (monotonic < this.#lastMonotonic && this.#lastUptime === undefined) {
      this.#shift += this.#lastMonotonic - monotonic
      this.#lastMonotonic = monotonic
    }
    return monotonic + this.#shift
  }

  /** Compares the monotonic clock with the uptime; call it before every reading and push. After a jump the hub's
   * time is unknown again until the next answer, as on the first start. */
  check(): ClockJump | undefined {
    const before = this.#clock.monotonic()
    const uptime = this.#disagreements < DISTRUSTED_AFTER ? this.#readUptimeMs() : undefined
    const monotonic = this.#clock.monotonic()
    if (uptime === undefined || this.#lastUptime === undefined) {
      if (monotonic < this.#lastMonotonic) this.#shift += this.#lastMonotonic - monotonic
      this.#lastMonotonic = monotonic
      this.#lastUptime = uptime
      return undefined
    }
    if (Math.abs(monotonic - before) > READ_PAUSE_MS) return undefined
    const grown = monotonic - this.#lastMonotonic
    const uptimeGrown = uptime - this.#lastUptime
    this.#lastMonotonic = monotonic
    this.#lastUptime = uptime
    if (uptimeGrown < 0) {
      if (grown < 0) this.#shift -= grown
      return undefined
    }
    const missing = uptimeGrown - grown
    if (Math.abs(missing) <= NOTICED_MS) {
      this.#disagreements = 0
      if (grown < 0) this.#shift -= grown
      return undefined
    }
    this.#disagreements += 1
    this.#shift += missing
    this.#offset = undefined
    this.#samples = []
    return grown >= 0 && missing > 0
      ? { kind: 'resume', asleepMs: Math.round(missing) }
      : { kind: 'jump', byMs: Math.round(-missing) }
  }

  /** True once the hub's time is known. */
  get isSynced(): boolean {
    return this.#offset !== undefined
  }

  /** Hub time minus steady time, for the status line; undefined before contact. */
  get offsetMs(): number | undefined {
    return this.#offset
  }

  /** An instant of `steady()` on the hub's clock, epoch ms, not rounded.
   * @throws {Error} before the first `observe`: a caller must look at `isSynced`. */
  toHubTime(steady: number): number {
    if (this.#offset === undefined) throw new Error('Cannot tell hub time: no answer of the hub seen yet')
    return steady + this.#offset
  }

  /** Takes one answer of the hub: when the question left, when the answer came (both `steady()`), and what the
   * hub's clock said. Answers true when the hub's clock was set back and order must yield to truth. */
  observe(sentSteady: number, receivedSteady: number, hubTime: number): boolean {
    const roundTripMs = Math.max(0, receivedSteady - sentSteady)
    const sample = { offset: hubTime - (sentSteady + receivedSteady) / 2, roundTripMs }
    if (this.#offset === undefined) {
      this.#samples = [sample]
      this.#step(sample.offset, receivedSteady)
      return false
    }
    const away = sample.offset - this.#offset
    const certainMs = Math.abs(away) - roundTripMs / 2
    if (certainMs > SET_BACK_MS && away < 0) {
      if (!this.#pendingSetBack) {
        this.#pendingSetBack = true
        return false
      }
      this.#samples = [sample]
      this.#step(sample.offset, receivedSteady)
      return true
    }
    this.#pendingSetBack = false
    if (certainMs > SMALL_MS) this.#samples = []
    this.#samples.push(sample)
    if (this.#samples.length > KEPT_SAMPLES) this.#samples.shift()
    const best = this.#samples.reduce((a, b) => (b.roundTripMs <= a.roundTripMs ? b : a))
    this.#slewTo(best.offset, receivedSteady)
    return false
  }

  /** Takes an answer for the truth at once: with it the hub refused frames as of the future, so its clock was set
   * back since the offset was found. */
  follow(sentSteady: number, receivedSteady: number, hubTime: number): void {
    const offset = hubTime - (sentSteady + receivedSteady) / 2
    this.#samples = [{ offset, roundTripMs: Math.max(0, receivedSteady - sentSteady) }]
    this.#step(offset, receivedSteady)
  }

  #step(offset: number, steady: number): void {
    this.#offset = offset
    this.#correctedAt = steady
    this.#pendingSetBack = false
  }

  #slewTo(target: number, steady: number): void {
    const current = this.#offset!
    const away = target - current
    if (away > SMALL_MS) {
      this.#step(target, steady)
      return
    }
    const rate = Math.abs(away) <= SMALL_MS ? SMALL_RATE : LARGE_RATE
    const most = Math.max(0, steady - this.#correctedAt) * rate
    this.#offset = current + Math.max(-most, Math.min(most, away))
    this.#correctedAt = steady
  }
}
