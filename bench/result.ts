/** One figure of one benchmark, as `npm run bench -- --json` prints it. */
export interface BenchResult {
  group: string
  name: string
  unit: string
  value: number | null
  peer: string | null
  peer_value: number | null
  /** value / peer_value. */
  ratio: number | null
  /** What is to be reached, in words a program can read: `<= 0.5 ratio`, `<= 45 MB`. */
  target: string | null
  met: boolean | null
}

/** A figure with what the table shows besides. */
export interface Figure extends BenchResult {
  /** Smallest and largest of the repeated measurements. */
  spread: [number, number] | null
  note: string | null
}

/** A limit on the value in its unit, or on the ratio to the peer. */
export interface Target {
  of: 'value' | 'ratio'
  atMost?: number
  atLeast?: number
}

export interface FigureInput {
  group: string
  name: string
  unit: string
  /** Repeated measurements; their median is the value. Empty: could not be measured, `note` says why. */
  values: readonly number[]
  peer?: { name: string; values: readonly number[] }
  target?: Target
  note?: string
}

/** Median, ratio and verdict from raw measurements. A peer that could not be measured leaves `peer_value` and
 * `ratio` null, and a target on the ratio then stays undecided (`met` null). */
export function figure(input: FigureInput): Figure {
  const value = median(input.values)
  const peerValue = input.peer === undefined ? null : median(input.peer.values)
  const ratio = value !== null && peerValue !== null && peerValue > 0 ? value / peerValue : null
  const { target } = input
  const judged = target?.of === 'ratio' ? ratio : value
  return {
    group: input.group,
    name: input.name,
    unit: input.unit,
    value: rounded(value),
    peer: input.peer?.name ?? null,
    peer_value: rounded(peerValue),
    ratio: rounded(ratio),
    target: target === undefined ? null : describeTarget(target, input.unit),
    met: target === undefined || judged === null ? null : isMet(judged, target),
    spread:
      input.values.length < 2
        ? null
        : [rounded(Math.min(...input.values))!, rounded(Math.max(...input.values))!],
    note: input.note ?? null,
  }
}

export function median(values: readonly number[]): number | null {
  return quantile(values, 0.5)
}

/** Linear interpolation between the two nearest; null of nothing. */
export function quantile(values: readonly number[], part: number): number | null {
  if (values.length === 0) return null
  const sorted = [...values].sort((a, b) => a - b)
  const place = part * (sorted.length - 1)
  const low = sorted[Math.floor(place)]!
  const high = sorted[Math.ceil(place)]!
  return low + (high - low) * (place - Math.floor(place))
}

function isMet(value: number, { atMost, atLeast }: Target): boolean {
  return (atMost === undefined || value <= atMost) && (atLeast === undefined || value >= atLeast)
}

function describeTarget({ of, atMost, atLeast }: Target, unit: string): string {
  const suffix = of === 'ratio' ? ' x peer' : ` ${unit}`
  const limits = [
    ...(atMost === undefined ? [] : [`<= ${atMost}${suffix}`]),
    ...(atLeast === undefined ? [] : [`>= ${atLeast}${suffix}`]),
  ]
  return limits.join(' and ')
}

/** Four significant digits: more is noise. */
function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(4))
}
