/** Two digits after the point are what the catalogue keeps at most; more would only cost bytes. */
export function round2(value: number): number {
  return Math.round(value * 100) / 100
}

/** A share of a whole in percent, 0 to 100; undefined where there is no whole. */
export function percentOf(part: number, whole: number): number | undefined {
  return whole > 0 ? round2(Math.min(100, Math.max(0, (part / whole) * 100))) : undefined
}
