import type { Database } from 'bun:sqlite'
import type { EntityName } from '@lumen/model/catalog'
import type { Metric } from '@lumen/model/metric'
import { bucketStart, MINUTE } from '@lumen/model/time'
import type { StoredEvent } from '../api.ts'
import { persistedMetrics } from '../persisted.ts'
import { addRollup, type BucketColumn, BucketSet } from '../plan/bucket-set.ts'
import type { FrameCells } from '../plan/gaps.ts'
import { type Grid, gridRange } from '../plan/grid.ts'
import type { Selection, TierQuery } from '../tier.ts'
import { type DayBlock, SPAN_MINUTES } from './day-block.ts'
import type { DayTables } from './day-tables.ts'
import { MinuteCache } from './minute-cache.ts'
import { DAY_MINUTES, hasFewMinutes, heldMinutes, type MinuteRange } from './rollup-table.ts'
import { STAGED_TABLE, stagedColumn, stagedMinutes } from './staged.ts'
import { StatementCache } from './statement-cache.ts'

/** One look-up by primary key for each minute: the rows of one series lie a minute's worth of all hosts' rows
 * apart, so scanning the range would read everybody's. */
const MINUTES =
  'WITH RECURSIVE minutes(at) AS (SELECT ?1 WHERE ?1 < ?2 UNION ALL SELECT at + 1 FROM minutes WHERE at + 1 < ?2) '

/** The same of a table with few minutes, as history that was taken over has: from each that is there to the next. */
const presentMinutes = (table: string) =>
  `WITH RECURSIVE minutes(at) AS (SELECT min(minute) FROM "${table}" WHERE minute >= ?1 AND minute < ?2 ` +
  `UNION ALL SELECT (SELECT min(minute) FROM "${table}" WHERE minute > at AND minute < ?2) FROM minutes WHERE at IS NOT NULL) `

/** Series read by one statement where nothing is kept: their rows of a day are held at once. */
const SERIES_AT_ONCE = 16

/** Charts of a page ask for a few fields of each entity, over two days. */
const KEPT_STATEMENTS = 60

/** Reads minutes by series. Keeps its statements: preparing one takes as long as some hundred look-ups; and the rows
 * themselves for a while, each being a look-up. */
export class MinuteReader {
  readonly #db: Database
  readonly #days: DayTables
  readonly #statements: StatementCache
  readonly cache: MinuteCache

  constructor(db: Database, days: DayTables) {
    this.#db = db
    this.#days = days
    this.#statements = new StatementCache(db, KEPT_STATEMENTS)
    this.cache = new MinuteCache(db)
  }

  /** Rollups over the grid. Minutes count into the bucket that holds their start. */
  read({ host, grid, selections }: TierQuery): BucketColumn[] {
    const set = new BucketSet(grid)
    for (const selection of selections) this.add(set, host, selection)
    return set.columns()
  }

  /** Adds one selection's rollups of a host to a set. */
  add(set: BucketSet, host: number, { entity, key, fields }: Selection): void {
    const metrics = persistedMetrics(entity).filter((metric) => fields.includes(metric.index))
    if (metrics.length === 0) return
    const kind = set.grid.stepMs % (SPAN_MINUTES * MINUTE) === 0 ? 'spans' : 'minutes'
    this.#eachDay(host, entity, key, gridMinutes(set.grid), (days, held) => {
      const blocks = days.reduce((sum, { series }) => sum + series.length * metrics.length, 0)
      if (!this.cache.isWorth(blocks, kind)) {
        for (const day of days) this.#addRows(set, held, day, metrics)
        return
      }
      for (const { day, minutes, series } of days) {
        for (const { id, key: each } of series) {
          const wanted = metrics.map((metric) => ({
            metric,
            block: this.cache.block(kind, entity, id, day, metric.index),
          }))
          this.#fill(held, id, minutes, wanted)
          for (const { metric, block } of wanted) {
            block.addTo(set, minutes, () => set.column(entity, each, metric.index))
          }
        }
      }
    })
  }

  /** Counts the frames a host delivered in the grid's range, as far as they lie in the cells. Answers whether there are any
   * in that range. */
  countFrames(cells: FrameCells, host: number, grid: Grid): boolean {
    let isAny = false
    this.#eachDay(host, 'host', '', gridMinutes(grid), (days, held) => {
      for (const { day, minutes, series } of days) {
        for (const { id } of series) {
          const block = this.cache.block('frames', 'host', id, day, 0)
          this.#fill(held, id, minutes, [{ metric: null, block }])
          if (block.countInto(cells, minutes)) isAny = true
        }
      }
    })
    return isAny
  }

  finalize(): void {
    this.#statements.finalize()
    this.cache.finalize()
  }

  /** The days with rows of the entity in these minutes, with the series that may have some. */
  #eachDay(
    host: number,
    entity: EntityName,
    key: string | null,
    range: MinuteRange,
    use: (days: SeriesDay[], held: Held) => void,
  ): void {
    this.cache.refresh()
    const found = new Set(this.#days.within(entity, range).map(({ day }) => day))
    const staged = stagedMinutes(this.#db, entity)
    const last = staged === null ? -1 : Math.min(staged[1], range[1])
    for (let at = Math.max(staged?.[0] ?? 0, range[0]); at < last; at += DAY_MINUTES) {
      found.add(Math.floor(at / DAY_MINUTES))
      found.add(Math.floor((last - 1) / DAY_MINUTES))
    }
    if (found.size === 0) return
    const series = this.#db
      .query<{ id: number; key: string; first: number }, [number, string, string | null, number]>(
        'SELECT id, key, first_minute AS first FROM series WHERE host = ?1 AND entity = ?2 AND (?3 IS NULL OR key = ?3) AND first_minute < ?4',
      )
      .all(host, entity, key, range[1])
    if (series.length === 0) return
    use(
      [...found]
        .sort((a, b) => a - b)
        .map((day) => {
          const [start, end] = [day * DAY_MINUTES, (day + 1) * DAY_MINUTES]
          return {
            day,
            minutes: [Math.max(start, range[0]), Math.min(end, range[1])],
            series: series.filter(({ first }) => first < end),
          }
        }),
      { entity, staged, tables: new Map() },
    )
  }

  /** Adds rows as they are read, a few series at a time. */
  #addRows(set: BucketSet, held: Held, { minutes, series }: SeriesDay, metrics: readonly Metric[]): void {
    const keys = new Map(series.map(({ id, key }) => [id, key]))
    const ids = [...keys.keys()]
    for (let at = 0; at < ids.length; at += SERIES_AT_ONCE) {
      const some = JSON.stringify(ids.slice(at, at + SERIES_AT_ONCE))
      for (const { name, sql, minutes: within } of this.#partsOf(held, minutes, metrics, 'several')) {
        const rows = this.#statements.get(name, sql).values(...within, some) as (number | null)[][]
        for (const row of rows) {
          const bucket = set.bucketOf(row[0]! * MINUTE)
          if (bucket < 0) continue
          const key = keys.get(row.at(-1)!)!
          for (const [index, metric] of metrics.entries()) {
            const [count, sum, max] = row.slice(2 + 3 * index, 5 + 3 * index)
            if (sum === null || sum === undefined) continue
            const column = set.column(held.entity, key, metric.index)
            addRollup(column, bucket, count!, sum, max ?? Number.NEGATIVE_INFINITY)
          }
        }
      }
    }
  }

  /** Reads what blocks of one series and day lack of these minutes. */
  #fill(held: Held, series: number, minutes: MinuteRange, wanted: readonly WantedBlock[]): void {
    const lacking = wanted.filter(({ block }) => block.unread(minutes).length > 0)
    const [first] = lacking
    if (first === undefined) return
    // Fields of a page are read together, so they mostly lack the same.
    const runs = lacking.every(({ block }) => sameRuns(block.unread(minutes), first.block.unread(minutes)))
      ? first.block.unread(minutes)
      : [wholeSpans(minutes)]
    const metrics = lacking.flatMap(({ metric }) => metric ?? [])
    for (const run of runs) {
      for (const { block } of lacking) block.begin(run)
      for (const { name, sql, minutes: within } of this.#partsOf(held, run, metrics, 'one')) {
        const rows = this.#statements.get(name, sql).values(...within, series)
        for (const row of rows as (number | null)[][]) addRow(lacking, row)
      }
    }
  }

  /** Where rows of the entity in these minutes of one day may be, and how to read those of one or several series there. */
  #partsOf(held: Held, wanted: MinuteRange, metrics: readonly Metric[], whose: 'one' | 'several'): Part[] {
    const { entity, staged } = held
    const ofSeries = whose === 'one' ? 'series = ?3' : 'series IN (SELECT value FROM json_each(?3))'
    const parts: Part[] = []
    const add = (minutes: MinuteRange, sql: () => string, name: string) => {
      const within: MinuteRange = [Math.max(minutes[0], wanted[0]), Math.min(minutes[1], wanted[1])]
      if (within[0] >= within[1]) return
      const fields = metrics.map(({ index }) => index).join(' ')
      parts.push({ name: `${name} ${whose} ${fields}`, sql, minutes: within })
    }
    const table = this.#tableOf(held, Math.floor(wanted[0] / DAY_MINUTES))
    if (table !== null) {
      const { name, isSparse, minutes } = table
      const columns = cellsOf(metrics, (column) => `"${column}"`)
      const lookUp = `SELECT minute, n${columns}, series FROM minutes CROSS JOIN "${name}" ON minute = at AND ${ofSeries}`
      add(minutes, () => `${isSparse ? presentMinutes(name) : MINUTES} ${lookUp}`, `${name} ${isSparse}`)
    }
    if (staged !== null) {
      const columns = cellsOf(metrics, (column) => stagedColumn(entity, column))
      const scan = `SELECT minute, n${columns}, series FROM ${STAGED_TABLE} WHERE ${ofSeries} AND minute >= ?1 AND minute < ?2`
      add(staged, () => scan, `${STAGED_TABLE} ${entity}`)
    }
    return parts
  }

  #tableOf({ entity, tables }: Held, day: number): HeldTable | null {
    const known = tables.get(day)
    if (known !== undefined) return known
    const name = this.#days.find(entity, day)?.name
    const minutes = name === undefined ? null : heldMinutes(this.#db, name)
    const table =
      name === undefined || minutes === null
        ? null
        : { name, minutes, isSparse: hasFewMinutes(this.#db, name, minutes) }
    tables.set(day, table)
    return table
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

interface SeriesDay {
  day: number
  minutes: MinuteRange
  series: { id: number; key: string }[]
}

/** Where rows of an entity are, as far as that was looked up for one answer. */
interface Held {
  entity: EntityName
  staged: MinuteRange | null
  /** By day; null of a day without rows. */
  tables: Map<number, HeldTable | null>
}

interface HeldTable {
  name: string
  /** From its first to behind its last. */
  minutes: MinuteRange
  isSparse: boolean
}

interface WantedBlock {
  /** null: of frames. */
  metric: Metric | null
  block: DayBlock
}

interface Part {
  /** Of its statement, which takes from, to and series (several as JSON) and answers minute, n, then count, sum and
   * maximum of each metric, and the series. */
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

/** @param row minute, n, then the cells of each block's metric in order */
function addRow(blocks: readonly WantedBlock[], row: readonly (number | null)[]): void {
  let at = 2
  for (const { metric, block } of blocks) {
    if (metric === null) {
      block.add(row[0]!, row[1]!, 0, 0)
      continue
    }
    const sum = row[at + 1]
    if (sum !== null && sum !== undefined)
      block.add(row[0]!, row[at]!, sum, row[at + 2] ?? Number.NEGATIVE_INFINITY)
    at += 3
  }
}

function gridMinutes(grid: Grid): MinuteRange {
  const { from, to } = gridRange(grid)
  return [bucketStart(from, MINUTE) / MINUTE, Math.ceil(to / MINUTE)]
}

function wholeSpans([from, to]: MinuteRange): MinuteRange {
  return [Math.floor(from / SPAN_MINUTES) * SPAN_MINUTES, Math.ceil(to / SPAN_MINUTES) * SPAN_MINUTES]
}

function sameRuns(a: readonly MinuteRange[], b: readonly MinuteRange[]): boolean {
  return a.length === b.length && a.every(([from, to], index) => from === b[index]![0] && to === b[index]![1])
}
