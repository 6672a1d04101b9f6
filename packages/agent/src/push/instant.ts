/** A moment either on the hub's clock already (`ts`, epoch ms) or only on this machine's steady clock. */
export type Instant = { ts: number } | { steady: number }

export function toEpochMs(instant: Instant, toHubTime: (steady: number) => number): number {
  return Math.max(0, Math.round('ts' in instant ? instant.ts : toHubTime(instant.steady)))
}
