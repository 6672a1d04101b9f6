import type { Database } from 'bun:sqlite'
import type { EntityName } from '@lumen/model/catalog'
import { MINUTE, type TimeRange } from '@lumen/model/time'
import { PERSISTED_ENTITIES, persistedMetrics } from '../persisted.ts'
import { tableOf } from './rollup-table.ts'
import { STAGED_TABLE, stagedColumn } from './staged.ts'

/** Minutes looked at of each table, spread evenly. */
const SAMPLES = 16
/** SQLite's own and the key, and a varint with its type: for shares of the file, not for sizes. */
const ROW_BYTES = 10
const NUMBER_BYTES = 3.5

/** What the hot tier holds of one entity. */
export interface HotSurvey {
  entity: EntityName
  range: TimeRange
  /** Minutes of a series. Exact up to 16 minutes, else from 16 of them. */
  rows: number
  /** Averages and maxima in them. */
  numbers: number
  bytes: number
}

interface Counted {
  first: number
  last: number
  rows: number
  numbers: number
}

/** What is there by entity, with its share of `usedBytes`. Reads the ends of each table and 16 minutes of it, so the
 * cost is that of 16 minutes whatever the tier holds. */
export function surveyHot(db: Database, usedBytes: number): HotSurvey[] {
  const found = [...PERSISTED_ENTITIES].flatMap((entity) => {
    const parts = [countTable(db, entity), countStaged(db, entity)].filter((part) => part !== null)
    return parts.length === 0 ? [] : [{ entity, ...parts.reduce(sumOf) }]
  })
  const weightOf = ({ rows, numbers }: Counted) => rows * ROW_BYTES + numbers * NUMBER_BYTES
  const total = found.reduce((sum, each) => sum + weightOf(each), 0)
  return found.map((each) => ({
    entity: each.entity,
    range: { from: each.first * MINUTE, to: (each.last + 1) * MINUTE },
    rows: each.rows,
    numbers: each.numbers,
    bytes: Math.round((usedBytes * weightOf(each)) / total),
  }))
}

function countTable(db: Database, entity: EntityName): Counted | null {
  const table = tableOf(entity)
  const ends = db
    .query<{ first: number | null; last: number | null }, []>(
      `SELECT (SELECT min(minute) FROM "${table}") AS first, (SELECT max(minute) FROM "${table}") AS last`,
    )
    .get()
  if (ends?.first == null || ends.last === null) return null
  const { first, last } = ends
  const minutes = last - first + 1
  const numbers = numbersSql(entity, (column) => `"${column}"`)
  const statement = db.query<{ rows: number; numbers: number }, [number]>(
    `SELECT count(*) AS rows, ${numbers} AS numbers FROM "${table}" WHERE minute = ?`,
  )
  const looked = Math.min(minutes, SAMPLES)
  const counted: Counted = { first, last, rows: 0, numbers: 0 }
  for (let index = 0; index < looked; index++) {
    const found = statement.get(first + Math.floor(((index + 0.5) * minutes) / looked))!
    counted.rows += found.rows
    counted.numbers += found.numbers
  }
  counted.rows = Math.round((counted.rows * minutes) / looked)
  counted.numbers = Math.round((counted.numbers * minutes) / looked)
  return counted
}

/** At most a few thousand rows are staged. */
function countStaged(db: Database, entity: EntityName): Counted | null {
  const numbers = numbersSql(entity, (column) => stagedColumn(entity, column))
  const found = db
    .query<{ first: number | null; last: number | null; rows: number; numbers: number }, [EntityName]>(
      `SELECT min(minute) AS first, max(minute) AS last, count(*) AS rows, ${numbers} AS numbers ` +
        `FROM ${STAGED_TABLE} WHERE entity = ?`,
    )
    .get(entity)!
  const { first, last, rows, numbers: count } = found
  return first === null || last === null ? null : { first, last, rows, numbers: count }
}

function numbersSql(entity: EntityName, nameOf: (column: string) => string): string {
  return persistedMetrics(entity)
    .flatMap(({ field, spec }) => [`${field}_sum`, ...(spec.keepsMax ? [`${field}_max`] : [])])
    .map((column) => `count(${nameOf(column)})`)
    .join(' + ')
}

function sumOf(a: Counted, b: Counted): Counted {
  return {
    first: Math.min(a.first, b.first),
    last: Math.max(a.last, b.last),
    rows: a.rows + b.rows,
    numbers: a.numbers + b.numbers,
  }
}
