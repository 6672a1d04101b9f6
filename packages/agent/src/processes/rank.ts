/** One process between two readings. */
export interface Measured {
  pid: number
  name: string
  /** Ticks of 1/100 s it used since the last reading; undefined when it was not there then. */
  grownTicks: number | undefined
  rssBytes: number
}

/** The busiest by CPU, then those of the largest that are not among them. Idle ones are not busy, and where numbers
 * are equal the lower pid goes first, so that ranks hold still. */
export function rank<T extends Measured>(processes: readonly T[], most: number): T[] {
  const busiest = processes
    .filter(({ grownTicks }) => (grownTicks ?? 0) > 0)
    .sort((a, b) => b.grownTicks! - a.grownTicks! || a.pid - b.pid)
    .slice(0, most)
  const chosen = new Set(busiest)
  const largest = [...processes]
    .sort((a, b) => b.rssBytes - a.rssBytes || a.pid - b.pid)
    .slice(0, most)
    .filter((process) => !chosen.has(process))
  return [...busiest, ...largest]
}
