import type { EntityName } from '@lumen/model/catalog'
import type { TimeRange } from '@lumen/model/time'

/** `day`: one UTC day, sealed. `month`: the days of a UTC month, merged. `part`: data that came after its day was
 * sealed. Files of one entity hold disjoint sets of frames, so their rollups add up. */
export type ColdLevel = 'day' | 'month' | 'part'

/** A Parquet file of the cold tier as the manifest lists it. */
export interface ColdFile {
  /** In the folder `cold/`: `<entity>/<name>.parquet`. */
  name: string
  entity: EntityName
  level: ColdLevel
  /** Whole UTC days that the file may hold buckets of. */
  span: TimeRange
  bytes: number
  rows: number
  /** Where each host's rows and each column's pages are, with their checksums; see FORMAT.md. Read by file/ alone. */
  index: Uint8Array
}
