import type { EntityName } from '@lumen/model/catalog'
import type { BucketColumn } from './plan/bucket-set.ts'
import type { Grid } from './plan/grid.ts'

/** Fields of one entity to read, for one key or, with null, for every key that has values. */
export interface Selection {
  entity: EntityName
  key: string | null
  /** Positions in the entity's layout. */
  fields: readonly number[]
}

export interface TierQuery {
  host: number
  grid: Grid
  selections: readonly Selection[]
}

/** What every place that keeps rollups must do; tier.contract.ts holds each of them to it. Only columns with
 * a value in the grid are answered, each bucket covers `[start, start + step)`, and a value counts once. */
export interface Tier {
  read(query: TierQuery): BucketColumn[]
  /** Afterwards the host reads as if it had never been. */
  deleteHost(host: number): void
}
