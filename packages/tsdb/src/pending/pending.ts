import { MinuteDelta } from './minute-delta.ts'

/** Minutes with something to flush, by their start. */
export class Pending {
  readonly #minutes = new Map<number, MinuteDelta>()

  minute(minute: number): MinuteDelta {
    let delta = this.#minutes.get(minute)
    if (delta === undefined) {
      delta = new MinuteDelta(minute)
      this.#minutes.set(minute, delta)
    }
    return delta
  }

  /** Takes out the minutes for which `isWanted`, oldest first. */
  take(isWanted: (minute: number) => boolean): MinuteDelta[] {
    const taken = this.deltas().filter((delta) => isWanted(delta.minute))
    for (const { minute } of taken) this.#minutes.delete(minute)
    return taken
  }

  /** Puts back what could not be written, beside what has come since. */
  putBack(deltas: readonly MinuteDelta[]): void {
    for (const delta of deltas) {
      const newer = this.#minutes.get(delta.minute)
      if (newer !== undefined) delta.merge(newer)
      this.#minutes.set(delta.minute, delta)
    }
  }

  /** Oldest first. */
  deltas(): MinuteDelta[] {
    return [...this.#minutes.values()].sort((a, b) => a.minute - b.minute)
  }

  removeHost(host: number, series: ReadonlySet<number>): void {
    for (const delta of this.#minutes.values()) delta.removeHost(host, series)
  }

  get frames(): number {
    let frames = 0
    for (const delta of this.#minutes.values()) frames += delta.frames
    return frames
  }

  get bytes(): number {
    let bytes = 0
    for (const delta of this.#minutes.values()) bytes += delta.bytes
    return bytes
  }
}
