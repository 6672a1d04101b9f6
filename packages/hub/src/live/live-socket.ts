/** What the live stream needs of a WebSocket; Bun's fits. */
export interface Wire {
  /** Bytes taken; -1 when they wait in the buffer, 0 when they were dropped. */
  send(text: string): number
  close(code?: number, reason?: string): void
  getBufferedAmount(): number
}

/** More than this unsent and the reader counts as slow. */
const SLOW_BYTES = 64 * 1024

/** One browser on the live stream. While it reads too slowly nothing is queued for it: its topics are marked
 * missed, and when its buffer is empty it gets a snapshot of each, which is the newest state. */
export class LiveSocket {
  readonly userId: number
  readonly sessionHash: string
  topics: ReadonlySet<string> = new Set()
  readonly #wire: Wire
  readonly #missed = new Set<string>()
  #isSlow = false

  constructor(wire: Wire, who: { userId: number; sessionHash: string }) {
    this.#wire = wire
    this.userId = who.userId
    this.sessionHash = who.sessionHash
  }

  /** Sends an update of a topic, or marks the topic missed. Answers whether it went out. */
  update(topic: string, text: string): boolean {
    if (this.#isSlow) {
      this.#missed.add(topic)
      return false
    }
    this.#send(topic, text)
    return true
  }

  /** Sends the newest state of a topic; later if the reader is slow. `text` is made only when it goes out. */
  snapshot(topic: string, text: () => string): void {
    if (this.#isSlow) this.#missed.add(topic)
    else this.#send(topic, text())
  }

  error(text: string): void {
    if (!this.#isSlow) this.#send(undefined, text)
  }

  /** The buffer ran empty: catch up, one snapshot at a time. */
  drained(snapshotOf: (topic: string) => string): void {
    this.#isSlow = false
    for (const topic of [...this.#missed]) {
      if (this.#isSlow) return
      this.#missed.delete(topic)
      if (this.topics.has(topic)) this.#send(topic, snapshotOf(topic))
    }
  }

  close(code: number, reason: string): void {
    this.#wire.close(code, reason)
  }

  #send(topic: string | undefined, text: string): void {
    const outcome = this.#wire.send(text)
    if (outcome === 0 && topic !== undefined) this.#missed.add(topic)
    if (outcome <= 0 || this.#wire.getBufferedAmount() > SLOW_BYTES) this.#isSlow = true
  }
}
