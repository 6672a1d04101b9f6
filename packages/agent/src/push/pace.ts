/** A hub that answers slower than this has enough to do. */
const TARGET_MS = 300
/** A hub that is busy and does not say for how long. */
const BUSY_MS = 1_000
const LEAST_FRAMES = 10
const MOST_FRAMES = 200

/** How much of a backlog goes at once and how soon the next of it, from how fast the hub answers: half as much
 * after a slow answer, a quarter more after a fast one, and a rest as long as the answer took. So each agent keeps
 * the hub busy for half of the time at most, and a live frame never waits for more than one answer. */
export class Pace {
  readonly #random: () => number
  #frames = MOST_FRAMES
  #notBefore = 0

  constructor(random: () => number) {
    this.#random = random
  }

  /** Most frames of a backlog in one push. */
  get maxFrames(): number {
    return this.#frames
  }

  /** No more of it before this, on the steady clock. */
  get notBefore(): number {
    return this.#notBefore
  }

  /** A push with some backlog in it was answered. */
  onAnswer(steady: number, latencyMs: number): void {
    const frames = latencyMs > TARGET_MS ? this.#frames / 2 : this.#frames * 1.25
    this.#frames = Math.max(LEAST_FRAMES, Math.min(MOST_FRAMES, Math.round(frames)))
    this.#notBefore = steady + latencyMs * (1 + this.#random())
  }

  /** The hub asked to wait with it; live frames still go. */
  onBusy(steady: number, retryAfterMs: number): void {
    this.onFailure()
    this.#notBefore = steady + Math.max(BUSY_MS, retryAfterMs) * (1 + this.#random() / 2)
  }

  /** The hub did not answer: begin small. */
  onFailure(): void {
    this.#frames = Math.max(LEAST_FRAMES, Math.round(this.#frames / 2))
  }
}
