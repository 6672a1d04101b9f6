import type { EntityName } from './catalog.ts'

/** One entity's numbers at one instant: fixed-point integers in the catalogue's field order, NaN = missing. */
export interface EntityRow {
  entity: EntityName
  /** Empty string for entities without a key (host). */
  key: string
  values: Float64Array
  /** Highest of the values that `values` are averages of, where the source tells (imported history). */
  maxima?: Float64Array
  /** Words that came along (state, image, device…), by attribute name. */
  attributes: Readonly<Record<string, string>>
}

/** Everything an agent read at one instant, checked and in fixed point. */
export interface Sample {
  /** Rises by one within the agent's stream. */
  seq: number
  /** When it was read, epoch ms, on the hub's clock. */
  ts: number
  /** The agent's interval at that time. */
  intervalMs: number
  rows: EntityRow[]
}
