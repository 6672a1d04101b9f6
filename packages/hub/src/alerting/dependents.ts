/** Which hosts run on which: guests on the node that carries them, and what else an outage of one explains. */
export interface Dependents {
  /** Ids of the hosts a host carries. */
  carriedBy(hostId: number): readonly number[]
  /** The host that carries this one, or null. */
  carrierOf(hostId: number): number | null
  /** The host that carries a thing another host tells of (a guest its cluster tells of), or null. */
  carrierOfThing(hostId: number, entity: string, key: string): number | null
  /** Names of what runs on a host and is no host itself. */
  thingsOn(hostId: number): readonly string[]
  /** Whoever tells of this host may not be asked just now: its silence says nothing about it. */
  isBlind(hostId: number): boolean
}

/** Nothing is known of any guest. */
export const NO_DEPENDENTS: Dependents = {
  carriedBy: () => [],
  carrierOf: () => null,
  carrierOfThing: () => null,
  thingsOn: () => [],
  isBlind: () => false,
}
