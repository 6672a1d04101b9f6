import type { Database } from 'bun:sqlite'
import { layoutOf } from '@lumen/model/metric'
import { bucketStart, MINUTE } from '@lumen/model/time'
import type { StoredEvent } from '../api.ts'
import { persistedMetrics } from '../persisted.ts'
import { addRollup, type BucketColumn, BucketSet } from '../plan/bucket-set.ts'
import { type Grid, gridRange } from '../plan/grid.ts'
import type { Selection, TierQuery } from '../tier.ts'
import { tableOf } from './schema.ts'

/** One look-up by primary key for each minute: the rows of one series lie a minute's worth of all hosts' rows
 * apart, so scanning the range would read everybody's. */
const MINUTES =
  'WITH RECURSIVE minutes(at) AS (SELECT ?1 WHERE ?1 < ?2 UNION ALL SELECT at + 1 FROM minutes WHERE at + 1 < ?2) '

const HOST_TABLE = tableOf('host')

/** Rollups over the grid; minutes count into the bucket that holds their start. */
export function readColumns(db: Database, { host, grid, selections }: TierQuery): BucketColumn[] {
  const set = new BucketSet(grid)
  const bounds = minuteBounds(db, grid)
  if (bounds === null) return []
  for (const selection of selections) readSelection(db, set, host, selection, bounds)
  return set.columns()
}

/** Minutes within the grid in which the host delivered at least one frame, epoch ms, ascending. */
export function readFrameMinutes(db: Database, host: number, grid: Grid): Float64Array {
  const bounds = minuteBounds(db, grid)
  const series = db
    .query<{ id: number }, [number]>("SELECT id FROM series WHERE host = ? AND entity = 'host'")
    .get(host)
  if (bounds === null || series === null) return new Float64Array(0)
  const rows = db
    .query<[number], [number, number, number]>(
      `${MINUTES} SELECT minute FROM minutes CROSS JOIN ${HOST_TABLE} ON minute = at AND series = ?3`,
    )
    .values(...bounds, series.id)
  return Float64Array.from(rows, (row) => Number(row[0]) * MINUTE)
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

function readSelection(
  db: Database,
  set: BucketSet,
  host: number,
  { entity, key, fields }: Selection,
  bounds: [number, number],
): void {
  const persisted = persistedMetrics(entity)
  const metrics = layoutOf(entity).metrics.filter((m) => fields.includes(m.index) && persisted.includes(m))
  if (metrics.length === 0) return
  const series = db
    .query<{ id: number; key: string }, [number, string, string | null, number]>(
      'SELECT id, key FROM series WHERE host = ?1 AND entity = ?2 AND (?3 IS NULL OR key = ?3) AND first_minute < ?4',
    )
    .all(host, entity, key, bounds[1])
  const columns = metrics.map(
    ({ field, spec }) =>
      `coalesce("${field}_n", n), "${field}_sum", ${spec.keepsMax ? `"${field}_max"` : 'NULL'}`,
  )
  const statement = db.prepare<(number | null)[], [number, number, number]>(
    `${MINUTES} SELECT minute, ${columns.join(', ')} FROM minutes ` +
      `CROSS JOIN "${tableOf(entity)}" ON minute = at AND series = ?3`,
  )
  for (const { id, key: each } of series) {
    for (const row of statement.values(...bounds, id) as unknown as (number | null)[][]) {
      const bucket = set.bucketOf(row[0]! * MINUTE)
      metrics.forEach((metric, position) => {
        const sum = row[2 + position * 3]
        if (sum === null || sum === undefined) return
        const max = row[3 + position * 3] ?? Number.NEGATIVE_INFINITY
        addRollup(set.column(entity, each, metric.index), bucket, row[1 + position * 3]!, sum, max)
      })
    }
  }
  statement.finalize()
}

/** Minutes since the epoch, `[from, to)`, that the grid covers and the tables can hold; null when none. */
function minuteBounds(db: Database, grid: Grid): [number, number] | null {
  const { from, to } = gridRange(grid)
  // Every frame has a row in the host table, so its minutes are everybody's.
  const held = db
    .query<{ first: number | null; last: number | null }, []>(
      `SELECT (SELECT min(minute) FROM ${HOST_TABLE}) AS first, (SELECT max(minute) FROM ${HOST_TABLE}) AS last`,
    )
    .get()
  if (held?.first == null || held.last === null) return null
  const first = Math.max(bucketStart(from, MINUTE) / MINUTE, held.first)
  const last = Math.min(Math.ceil(to / MINUTE), held.last + 1)
  return first < last ? [first, last] : null
}
