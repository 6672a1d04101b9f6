import type { Database } from 'bun:sqlite'
import type { EntityName } from '@lumen/model/catalog'
import { MINUTE, type TimeRange } from '@lumen/model/time'
import { PERSISTED_ENTITIES, persistedMetrics } from '../persisted.ts'
import { isDamage } from './damage.ts'
import type { DayTables } from './day-tables.ts'
import { DAY_MINUTES, heldMinutes, type MinuteRange } from './rollup-table.ts'
import { STAGED_TABLE, stagedColumn } from './staged.ts'

/** Looked at of each table: windows as long as the longest interval of an agent, spread evenly over its days, and at
 * least one of each. */
const WINDOWS = 4
const WINDOW_MINUTES = 5
/** SQLite's own and the key, and a varint with its type: for shares of the file, not for sizes. */
const ROW_BYTES = 10
const NUMBER_BYTES = 3.5

/** What the hot tier holds of one entity. */
export interface HotSurvey {
  entity: EntityName
  /** UTC days with rows, oldest first. */
  days: HotDay[]
}

export interface HotDay {
  /** From its first to its last row. */
  range: TimeRange
  /** Minutes of a series. Exact for a few minutes of rows, else from some of them. */
  rows: number
  /** Averages and maxima in them. */
  numbers: number
  bytes: number
}

/** Minutes since the epoch. */
interface Counted {
  first: number
  last: number
  rows: number
  numbers: number
}

/** What is there by entity and day, with its share of `usedBytes`. Looks up the ends of each day and reads some
 * minutes of it, so the cost does not grow with what the tier holds. What cannot be read is left out. */
export function surveyHot(db: Database, tables: DayTables, usedBytes: number): HotSurvey[] {
  const found = [...PERSISTED_ENTITIES].map((entity) => ({ entity, days: daysOf(db, tables, entity) }))
  const total = found.reduce((sum, { days }) => sum + days.reduce((all, day) => all + weightOf(day), 0), 0)
  return found
    .filter(({ days }) => days.length > 0)
    .map(({ entity, days }) => ({
      entity,
      days: days.map((day) => ({
        range: { from: day.first * MINUTE, to: (day.last + 1) * MINUTE },
        rows: day.rows,
        numbers: day.numbers,
        bytes: Math.round((usedBytes * weightOf(day)) / total),
      })),
    }))
}

function weightOf({ rows, numbers }: Counted): number {
  return rows * ROW_BYTES + numbers * NUMBER_BYTES
}

function daysOf(db: Database, tables: DayTables, entity: EntityName): Counted[] {
  const days = new Map<number, Counted>()
  try {
    for (const part of [...countTables(db, tables, entity), ...countStaged(db, entity)]) {
      const day = Math.floor(part.first / DAY_MINUTES)
      const known = days.get(day)
      days.set(day, known === undefined ? part : sumOf(known, part))
    }
  } catch (thrown) {
    if (!isDamage(thrown)) throw thrown
  }
  return [...days.values()].sort((a, b) => a.first - b.first)
}

function countTables(db: Database, tables: DayTables, entity: EntityName): Counted[] {
  const days = tables.of(entity).flatMap(({ name }) => {
    const held = heldMinutes(db, name)
    return held === null ? [] : [{ name, held }]
  })
  const windows = Math.ceil(WINDOWS / Math.max(1, days.length))
  return days.map(({ name, held }) => countTable(db, entity, name, held, windows))
}

function countTable(
  db: Database,
  entity: EntityName,
  table: string,
  [first, end]: MinuteRange,
  windows: number,
): Counted {
  const numbers = numbersSql(entity, (column) => `"${column}"`)
  const statement = db.prepare<{ rows: number; numbers: number }, [number, number]>(
    `SELECT count(*) AS rows, ${numbers} AS numbers FROM "${table}" WHERE minute >= ? AND minute < ?`,
  )
  try {
    const minutes = end - first
    const last = end - 1
    if (minutes <= windows * WINDOW_MINUTES) return { first, last, ...statement.get(first, end)! }
    let rows = 0
    let values = 0
    for (let index = 0; index < windows; index++) {
      const from = first + Math.floor(((index + 0.5) * minutes) / windows - WINDOW_MINUTES / 2)
      const found = statement.get(from, from + WINDOW_MINUTES)!
      rows += found.rows
      values += found.numbers
    }
    const scale = minutes / (windows * WINDOW_MINUTES)
    // The first minute has a row, whatever lies between.
    return { first, last, rows: Math.max(1, Math.round(rows * scale)), numbers: Math.round(values * scale) }
  } finally {
    statement.finalize()
  }
}

/** At most a few thousand rows are staged. */
function countStaged(db: Database, entity: EntityName): Counted[] {
  const numbers = numbersSql(entity, (column) => stagedColumn(entity, column))
  return db
    .query<Counted, [EntityName]>(
      `SELECT min(minute) AS first, max(minute) AS last, count(*) AS rows, ${numbers} AS numbers ` +
        `FROM ${STAGED_TABLE} WHERE entity = ? GROUP BY minute / ${DAY_MINUTES}`,
    )
    .all(entity)
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
