import type { Database } from 'bun:sqlite'
import type { EntityName } from '@lumen/model/catalog'
import { DAY, MINUTE, type TimeRange } from '@lumen/model/time'
import { PERSISTED_ENTITIES, persistedMetrics } from '../persisted.ts'
import { isDamage } from './damage.ts'
import type { DoomedRanges } from './doomed.ts'
import { tableOf } from './rollup-table.ts'
import { STAGED_TABLE, stagedColumn } from './staged.ts'

/** Looked at of each table: windows as long as the longest interval of an agent, spread evenly over its days, and at
 * least one of each. */
const WINDOWS = 4
const WINDOW_MINUTES = 5
/** SQLite's own and the key, and a varint with its type: for shares of the file, not for sizes. */
const ROW_BYTES = 10
const NUMBER_BYTES = 3.5
const DAY_MINUTES = DAY / MINUTE

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
export function surveyHot(db: Database, doomed: DoomedRanges, usedBytes: number): HotSurvey[] {
  const found = [...PERSISTED_ENTITIES].map((entity) => ({ entity, days: daysOf(db, doomed, entity) }))
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

function daysOf(db: Database, doomed: DoomedRanges, entity: EntityName): Counted[] {
  const days = new Map<number, Counted>()
  try {
    for (const part of [...countTable(db, doomed, entity), ...countStaged(db, entity)]) {
      const day = Math.floor(part.first / DAY_MINUTES)
      const known = days.get(day)
      days.set(day, known === undefined ? part : sumOf(known, part))
    }
  } catch (thrown) {
    if (!isDamage(thrown)) throw thrown
  }
  return [...days.values()].sort((a, b) => a.first - b.first)
}

function countTable(db: Database, doomed: DoomedRanges, entity: EntityName): Counted[] {
  // Days that are being deleted because a file has them are the cold tier's already.
  const days = boundsOf(db, entity).filter(([first]) => !doomed.has(entity, first))
  const windows = Math.ceil(WINDOWS / Math.max(1, days.length))
  const numbers = numbersSql(entity, (column) => `"${column}"`)
  const statement = db.query<{ rows: number; numbers: number }, [number, number]>(
    `SELECT count(*) AS rows, ${numbers} AS numbers FROM "${tableOf(entity)}" WHERE minute >= ? AND minute < ?`,
  )
  return days.map(([first, last]) => {
    const minutes = last - first + 1
    if (minutes <= windows * WINDOW_MINUTES) return { first, last, ...statement.get(first, last + 1)! }
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
  })
}

/** First and last minute with a row of each UTC day that has one. Two look-ups a day. */
function boundsOf(db: Database, entity: EntityName): [first: number, last: number][] {
  const first = db.query<{ at: number | null }, [number]>(
    `SELECT min(minute) AS at FROM "${tableOf(entity)}" WHERE minute >= ?`,
  )
  const last = db.query<{ at: number }, [number]>(
    `SELECT max(minute) AS at FROM "${tableOf(entity)}" WHERE minute < ?`,
  )
  const bounds: [number, number][] = []
  for (let at = first.get(0)!.at; at !== null; ) {
    const end = (Math.floor(at / DAY_MINUTES) + 1) * DAY_MINUTES
    bounds.push([at, last.get(end)!.at])
    at = first.get(end)!.at
  }
  return bounds
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
