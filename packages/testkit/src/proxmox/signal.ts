import { seededRandom } from '../random.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** For a while a fixed value in place of the wave, `[from, to)`. */
export interface Held {
  from: number
  to: number
  value: number
}

interface Part {
  amplitude: number
  /** Radians per ms. */
  speed: number
  phase: number
}

/** Periods a load moves in: some minutes, an hour, the day, the week, the year. */
const PERIODS = [11 * MINUTE, HOUR, DAY, 7 * DAY, 365 * DAY]
const WEIGHTS = {
  /** A load. */
  quick: [0.15, 0.15, 0.4, 0.2, 0.1],
  /** What fills up and is cleared. */
  slow: [0, 0, 0.03, 0.17, 0.8],
} as const

/** A quantity over time whose value, mean and integral are known exactly at any time: a base with waves on it, and
 * pieces where it is held. Never below zero. Times in epoch ms. */
export class Signal {
  readonly #base: number
  readonly #parts: readonly Part[]
  readonly #held: readonly Held[]

  /** Swings by up to `swing` (0 to 1) of the base either way; the same seed swings the same way. */
  constructor(
    seed: number,
    base: number,
    swing: number,
    held: readonly Held[] = [],
    pace: keyof typeof WEIGHTS = 'quick',
  ) {
    const random = seededRandom(seed)
    this.#base = base
    this.#parts = PERIODS.map((periodMs, index) => ({
      amplitude: base * Math.min(1, swing) * WEIGHTS[pace][index]!,
      speed: (2 * Math.PI) / periodMs,
      phase: 2 * Math.PI * random(),
    }))
    this.#held = withoutOverlap(held)
  }

  at(ms: number): number {
    const held = this.#held.find(({ from, to }) => ms >= from && ms < to)
    return held?.value ?? this.#wave(ms)
  }

  /** Value × ms over `[from, to)`. */
  integral(from: number, to: number): number {
    if (to <= from) return 0
    let sum = this.#waveIntegral(from, to)
    for (const held of this.#held) {
      const start = Math.max(from, held.from)
      const end = Math.min(to, held.to)
      if (end > start) sum += held.value * (end - start) - this.#waveIntegral(start, end)
    }
    return sum
  }

  #wave(ms: number): number {
    let value = this.#base
    for (const { amplitude, speed, phase } of this.#parts) value += amplitude * Math.sin(speed * ms + phase)
    return value
  }

  #waveIntegral(from: number, to: number): number {
    let sum = this.#base * (to - from)
    for (const { amplitude, speed, phase } of this.#parts)
      sum += (amplitude / speed) * (Math.cos(speed * from + phase) - Math.cos(speed * to + phase))
    return sum
  }
}

/** Later pieces cut earlier ones. */
function withoutOverlap(held: readonly Held[]): Held[] {
  return held.reduce<Held[]>((kept, next) => {
    const cut = kept.flatMap((piece) => [
      { ...piece, to: Math.min(piece.to, next.from) },
      { ...piece, from: Math.max(piece.from, next.to) },
    ])
    return [...cut.filter(({ from, to }) => from < to), next]
  }, [])
}
