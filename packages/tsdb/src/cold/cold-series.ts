import type { EntityName } from '@lumen/model/catalog'
import { MINUTE } from '@lumen/model/time'

/** Length of the cold tier's buckets. */
export const COLD_STEP_MS = 5 * MINUTE

/** One field's rollups over the rows of a series. Where count is 0, sum is 0 and max -Infinity. */
export interface ColdColumn {
  /** Position of the field in the entity's layout. */
  field: number
  count: Float64Array
  sum: Float64Array
  /** null where the catalogue keeps no maximum. */
  max: Float64Array | null
}

/** Five-minute rollups of one (host, entity, key), oldest first. */
export interface ColdSeries {
  host: number
  entity: EntityName
  key: string
  /** Bucket starts, epoch ms, rising. */
  time: Float64Array
  /** Frames of the bucket that had the row; in `host`: all frames of the host. */
  n: Float64Array
  columns: ColdColumn[]
}
