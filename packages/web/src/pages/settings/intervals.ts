/** The choices between the hub's limits of 1 s and 5 min. */
const INTERVALS_MS = [1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000]

/** A value set by other means stands in the list as well. */
export function intervalChoices(current: number): number[] {
  return [...new Set([...INTERVALS_MS, current])].sort((a, b) => a - b)
}
