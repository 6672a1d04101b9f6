import type { EntityName } from '@lumen/model/catalog'
import { LumenError } from '@lumen/std/error'
import type { Grid } from './grid.ts'

/** One field of one series over a grid: rollups as columns. Where count is 0, sum is 0 and max -Infinity. */
export interface BucketColumn {
  entity: EntityName
  key: string
  /** Position of the field in the entity's layout. */
  field: number
  count: Float64Array
  sum: Float64Array
  max: Float64Array
}

/** Buckets of all columns together: 36 MB. Nobody knows before how many keys came and went in a range. */
export const MAX_CELLS = 1_500_000

/** Rollups gathered from any number of tiers, each value added exactly once (invariants T3, T4). */
export class BucketSet {
  readonly grid: Grid
  readonly #columns = new Map<string, BucketColumn>()

  constructor(grid: Grid) {
    this.grid = grid
  }

  /** The column, made on first use. @throws {LumenError} `answer_too_large` */
  column(entity: EntityName, key: string, field: number): BucketColumn {
    const name = `${entity}\0${field}\0${key}`
    const known = this.#columns.get(name)
    if (known !== undefined) return known
    const { buckets } = this.grid
    if ((this.#columns.size + 1) * buckets > MAX_CELLS) {
      throw new LumenError(
        'answer_too_large',
        `The answer has more than ${this.#columns.size} series of ${buckets} points: ask for one key, fewer metrics or fewer points`,
      )
    }
    const column = {
      entity,
      key,
      field,
      count: new Float64Array(buckets),
      sum: new Float64Array(buckets),
      max: new Float64Array(buckets).fill(Number.NEGATIVE_INFINITY),
    }
    this.#columns.set(name, column)
    return column
  }

  find(entity: EntityName, key: string, field: number): BucketColumn | undefined {
    return this.#columns.get(`${entity}\0${field}\0${key}`)
  }

  columns(): BucketColumn[] {
    return [...this.#columns.values()]
  }

  /** Position of the bucket holding `ts`, -1 outside the grid. */
  bucketOf(ts: number): number {
    const index = Math.floor((ts - this.grid.start) / this.grid.stepMs)
    return index >= 0 && index < this.grid.buckets ? index : -1
  }

  /** Merges columns another tier gathered over the same grid. */
  addColumns(columns: Iterable<BucketColumn>): void {
    for (const from of columns) {
      const to = this.column(from.entity, from.key, from.field)
      for (let index = 0; index < this.grid.buckets; index++) {
        addRollup(to, index, from.count[index]!, from.sum[index]!, from.max[index]!)
      }
    }
  }
}

export function addRollup(
  column: BucketColumn,
  index: number,
  count: number,
  sum: number,
  max: number,
): void {
  if (count === 0) return
  column.count[index]! += count
  column.sum[index]! += sum
  if (max > column.max[index]!) column.max[index] = max
}
