import type { Database } from 'bun:sqlite'
import type { EntityName } from '@lumen/model/catalog'
import { bucketStart, MINUTE } from '@lumen/model/time'
import type { StoredEvent } from '../api.ts'
import { persistedMetrics } from '../persisted.ts'
import { addRollup, type BucketColumn, BucketSet } from '../plan/bucket-set.ts'
import { type Grid, gridRange } from '../plan/grid.ts'
import type { Selection, TierQuery } from '../tier.ts'
import type { MinuteRange } from './delete-rows.ts'
import type { DoomedRanges } from './doomed.ts'
import { tableOf } from './rollup-table.ts'
import { STAGED_TABLE, stagedColumn } from './staged.ts'

/** One look-up by primary key for each minute: the rows of one series lie a minute's worth of all hosts' rows
 * apart, so scanning the range would read everybody's. */
const MINUTES =
  'WITH RECURSIVE minutes(at) AS (SELECT ?1 WHERE ?1 < ?2 UNION ALL SELECT at + 1 FROM minutes WHERE at + 1 < ?2) '

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

/** Rollups over the grid, and where there were frames. Minutes count into the bucket that holds their start. */
export function readMinutes(
  db: Database,
  doomed: DoomedRanges,
  { host, grid, selections }: TierQuery,
): HotRead {
  const set = new BucketSet(grid)
  const read = (selection: Selection) => readSelection(db, doomed, set, host, selection)
  let found: FrameCounts | undefined
  for (const selection of selections) {
    const counts = read(selection)
    // Rows of the host entity are there for every frame: they need not be looked up again.
    if (selection.entity === 'host') found = counts
  }
  found ??= read({ entity: 'host', key: '', fields: [] })
  return {
    columns: set.columns(),
    minutes: Float64Array.from(found.minutes),
    frames: Float64Array.from(found.frames),
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

/** Adds a selection's rollups to the set. Answers the minutes of its rows, epoch ms, with their frames. */
function readSelection(
  db: Database,
  doomed: DoomedRanges,
  set: BucketSet,
  host: number,
  { entity, key, fields }: Selection,
): FrameCounts {
  const found: FrameCounts = { minutes: [], frames: [] }
  const metrics = persistedMetrics(entity).filter((metric) => fields.includes(metric.index))
  const bounds = minuteBounds(db, entity, set.grid)
  if (bounds === null || (metrics.length === 0 && entity !== 'host')) return found
  const series = db
    .query<{ id: number; key: string }, [number, string, string | null, number]>(
      'SELECT id, key FROM series WHERE host = ?1 AND entity = ?2 AND (?3 IS NULL OR key = ?3) AND first_minute < ?4',
    )
    .all(host, entity, key, bounds[1])
  const columns = (nameOf: (column: string) => string) =>
    metrics
      .map(({ field, spec }) => {
        const max = spec.keepsMax ? nameOf(`${field}_max`) : 'NULL'
        return `, coalesce(${nameOf(`${field}_n`)}, n), ${nameOf(`${field}_sum`)}, ${max}`
      })
      .join('')
  const merged = db.prepare<unknown, [number, number, number]>(
    `${MINUTES} SELECT minute, n${columns((name) => `"${name}"`)} FROM minutes ` +
      `CROSS JOIN "${tableOf(entity)}" ON minute = at AND series = ?3`,
  )
  const staged = db.prepare<unknown, [number, number, number]>(
    `SELECT minute, n${columns((name) => stagedColumn(entity, name))} FROM ${STAGED_TABLE} ` +
      'WHERE series = ?3 AND minute >= ?1 AND minute < ?2',
  )
  const add = (each: string, row: readonly (number | null)[]) => {
    found.minutes.push(row[0]! * MINUTE)
    found.frames.push(row[1]!)
    const bucket = set.bucketOf(row[0]! * MINUTE)
    metrics.forEach((metric, position) => {
      const sum = row[3 + position * 3]
      if (sum === null || sum === undefined) return
      const max = row[4 + position * 3] ?? Number.NEGATIVE_INFINITY
      addRollup(set.column(entity, each, metric.index), bucket, row[2 + position * 3]!, sum, max)
    })
  }
  for (const { id, key: each } of series) {
    for (const range of doomed.live(entity, ...bounds)) {
      for (const row of merged.values(...range, id)) add(each, row as (number | null)[])
    }
    for (const row of staged.values(...bounds, id)) add(each, row as (number | null)[])
  }
  merged.finalize()
  staged.finalize()
  return found
}

/** Minutes since the epoch, `[from, to)`, that the grid covers and the entity's rows can be of; null when none. */
function minuteBounds(db: Database, entity: EntityName, grid: Grid): MinuteRange | null {
  const { from, to } = gridRange(grid)
  const table = tableOf(entity)
  const held = db
    .query<{ first: number | null; last: number | null }, [string]>(
      `SELECT min(first) AS first, max(last) AS last FROM (SELECT (SELECT min(minute) FROM ${table}) AS first, ` +
        `(SELECT max(minute) FROM ${table}) AS last ` +
        `UNION ALL SELECT min(minute), max(minute) FROM ${STAGED_TABLE} WHERE entity = ?)`,
    )
    .get(entity)
  if (held?.first == null || held.last === null) return null
  const first = Math.max(bucketStart(from, MINUTE) / MINUTE, held.first)
  const last = Math.min(Math.ceil(to / MINUTE), held.last + 1)
  return first < last ? [first, last] : null
}
