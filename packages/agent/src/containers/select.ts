/** A container that may get a row. */
export interface Candidate {
  id: string
  /** CPU used since it was last ranked, µs; 0 when unknown. */
  busy: number
  isRunning: boolean
  wasShown: boolean
}

/** Ids of those that get one of `most` rows. Running ones first, of those the busiest, and of equally busy ones
 * those that had a row already, so that rows do not come and go. */
export function selectBusiest(candidates: readonly Candidate[], most: number): Set<string> {
  if (candidates.length <= most) return new Set(candidates.map(({ id }) => id))
  const order = [...candidates].sort(
    (a, b) =>
      Number(b.isRunning) - Number(a.isRunning) ||
      b.busy - a.busy ||
      Number(b.wasShown) - Number(a.wasShown) ||
      (a.id < b.id ? -1 : 1),
  )
  return new Set(order.slice(0, most).map(({ id }) => id))
}
