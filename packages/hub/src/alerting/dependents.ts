/** Which hosts run on which: guests on the node that carries them. */
export interface Dependents {
  /** Ids of the hosts a host carries. */
  carriedBy(hostId: number): readonly number[]
  /** The host that carries this one, or null. */
  carrierOf(hostId: number): number | null
}

/** Nothing is known of any guest. */
export const NO_DEPENDENTS: Dependents = { carriedBy: () => [], carrierOf: () => null }
