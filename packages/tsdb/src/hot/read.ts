import type { Database } from 'bun:sqlite'
import type { EntityName } from '@lumen/model/catalog'
import type { Metric } from '@lumen/model/metric'
import { bucketStart, MINUTE } from '@lumen/model/time'
import type { StoredEvent } from '../api.ts'
import { persistedMetrics } from '../persisted.ts'
import { addRollup, type BucketColumn, BucketSet } from '../plan/bucket-set.ts'
import { type Grid, gridRange } from '../plan/grid.ts'
import type { Selection, TierQuery } from '../tier.ts'
import type { DayTables } from './day-tables.ts'
import { heldMinutes, type MinuteRange } from './rollup-table.ts'
import { STAGED_TABLE, stagedColumn, stagedMinutes } from './staged.ts'
import { StatementCache } from './statement-cache.ts'

/** One look-up by primary key for each minute: the rows of one series lie a minute's worth of all hosts' rows
 * apart, so scanning the range would read everybody's. */
const MINUTES =
  'WITH RECURSIVE minutes(at) AS (SELECT ?1 WHERE ?1 < ?2 UNION ALL SELECT at + 1 FROM minutes WHERE at + 1 < ?2) '

/** Charts of a page ask for a few fields of each entity, over two days. */
const KEPT_STATEMENTS = 60

export interface HotRead {
  columns: BucketColumn[]
  /** Minutes within the grid in which the host delivered frames, epoch ms; one may be there more than once. */
  minutes: Float64Array
  /** How many frames each of them counts. */
  frames: Float64Array
}

export const NOTHING_READ: HotRead = {
  columns: [],
  minutes: new Float64Array(0),
  frames: new Float64Array(0),
}

/** Reads minutes by series. Keeps its statements: preparing one takes as long as some hundred look-ups. */
export class MinuteReader {
  readonly #db: Database
  readonly #days: DayTables
  readonly #statements: StatementCache

  constructor(db: Database, days: DayTables) {
    this.#db = db
    this.#days = days
    this.#statements = new StatementCache(db, KEPT_STATEMENTS)
  }

  /** Rollups over the grid, and where there were frames. Minutes count into the bucket that holds their start. */
  read({ host, grid, selections }: TierQuery): HotRead {
    const set = new BucketSet(grid)
    let found: FrameCounts | undefined
    for (const selection of selections) {
      const counts = this.#readSelection(set, host, selection)
      // Rows of the host entity are there for every frame: they need not be looked up again.
      if (selection.entity === 'host') found = counts
    }
    found ??= this.#readSelection(set, host, { entity: 'host', key: '', fields: [] })
    return {
      columns: set.columns(),
      minutes: Float64Array.from(found.minutes),
      frames: Float64Array.from(found.frames),
    }
  }

  /** Adds one selection's rollups of a host to a set. */
  add(set: BucketSet, host: number, selection: Selection): void {
    this.#readSelection(set, host, selection)
  }

  finalize(): void {
    this.#statements.finalize()
  }

  /** Adds a selection's rollups to the set. Answers the minutes of its rows, epoch ms, with their frames. */
  #readSelection(set: BucketSet, host: number, { entity, key, fields }: Selection): FrameCounts {
    const found: FrameCounts = { minutes: [], frames: [] }
    const metrics = persistedMetrics(entity).filter((metric) => fields.includes(metric.index))
    if (metrics.length === 0 && entity !== 'host') return found
    const parts = this.#partsOf(entity, set.grid, metrics)
    if (parts.length === 0) return found
    const end = Math.max(...parts.map(({ minutes }) => minutes[1]))
    const series = this.#db
      .query<{ id: number; key: string }, [number, string, string | null, number]>(
        'SELECT id, key FROM series WHERE host = ?1 AND entity = ?2 AND (?3 IS NULL OR key = ?3) AND first_minute < ?4',
      )
      .all(host, entity, key, end)
    for (const { id, key: each } of series) {
      for (const { name, sql, minutes } of parts) {
        const rows = this.#statements.get(name, sql).values(...minutes, id)
        for (const row of rows as (number | null)[][]) {
          found.minutes.push(row[0]! * MINUTE)
          found.frames.push(row[1]!)
          addRow(set, entity, each, metrics, row)
        }
      }
    }
    return found
  }

  /** Where rows of the entity within the grid may be, and how to read those of a series there. */
  #partsOf(entity: EntityName, grid: Grid, metrics: readonly Metric[]): Part[] {
    const { from, to } = gridRange(grid)
    const wanted: MinuteRange = [bucketStart(from, MINUTE) / MINUTE, Math.ceil(to / MINUTE)]
    const parts: Part[] = []
    const add = (held: MinuteRange | null, within: MinuteRange, sql: () => string, name: string) => {
      if (held === null) return
      const minutes: MinuteRange = [Math.max(held[0], within[0]), Math.min(held[1], within[1])]
      if (minutes[0] >= minutes[1]) return
      const fields = metrics.map(({ index }) => index).join(' ')
      parts.push({ name: `${name} ${fields}`, sql, minutes })
    }
    for (const { name, minutes } of this.#days.within(entity, wanted)) {
      const columns = cellsOf(metrics, (column) => `"${column}"`)
      const lookUp = `SELECT minute, n${columns} FROM minutes CROSS JOIN "${name}" ON minute = at AND series = ?3`
      add(heldMinutes(this.#db, name), minutes, () => `${MINUTES} ${lookUp}`, name)
    }
    const columns = cellsOf(metrics, (column) => stagedColumn(entity, column))
    const scan = `SELECT minute, n${columns} FROM ${STAGED_TABLE} WHERE series = ?3 AND minute >= ?1 AND minute < ?2`
    add(stagedMinutes(this.#db, entity), wanted, () => scan, `${STAGED_TABLE} ${entity}`)
    return parts
  }
}

/** Oldest first. */
export function readEvents(db: Database, host: number, from: number, to: number): StoredEvent[] {
  return db
    .query<{ at: number; type: string; detail: string }, [number, number, number]>(
      'SELECT at, type, detail FROM event WHERE host = ? AND at >= ? AND at < ? ORDER BY at, type, detail',
    )
    .all(host, from, to)
    .map(({ at, type, detail }) => ({ at, type, detail: JSON.parse(detail) }))
}

interface FrameCounts {
  minutes: number[]
  frames: number[]
}

interface Part {
  /** Of its statement, which takes from, to and series and answers minute, n, then count, sum and maximum of each
   * metric. */
  name: string
  sql: () => string
  minutes: MinuteRange
}

function cellsOf(metrics: readonly Metric[], nameOf: (column: string) => string): string {
  return metrics
    .map(({ field, spec }) => {
      const max = spec.keepsMax ? nameOf(`${field}_max`) : 'NULL'
      return `, coalesce(${nameOf(`${field}_n`)}, n), ${nameOf(`${field}_sum`)}, ${max}`
    })
    .join('')
}

function addRow(
  set: BucketSet,
  entity: EntityName,
  key: string,
  metrics: readonly Metric[],
  row: readonly (number | null)[],
): void {
  const bucket = set.bucketOf(row[0]! * MINUTE)
  metrics.forEach((metric, position) => {
    const sum = row[3 + position * 3]
    if (sum === null || sum === undefined) return
    const max = row[4 + position * 3] ?? Number.NEGATIVE_INFINITY
    addRollup(set.column(entity, key, metric.index), bucket, row[2 + position * 3]!, sum, max)
  })
}
