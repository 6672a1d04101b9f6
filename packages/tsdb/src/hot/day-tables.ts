import type { Database } from 'bun:sqlite'
import type { EntityName } from '@lumen/model/catalog'
import { isEntityName } from '@lumen/model/metric'
import {
  DAY_MINUTES,
  ensureColumns,
  heldMinutes,
  type MinuteRange,
  rollupColumns,
  tableOf,
} from './rollup-table.ts'

const NAME = /^rollup_(.+)_(\d+)$/

/** An entity's rows of one UTC day. */
export interface DayTable {
  name: string
  entity: EntityName
  /** Since the epoch. */
  day: number
  /** Those of the day. */
  minutes: MinuteRange
}

/** The rollup tables there are: one for each entity and UTC day with rows, so that a day can go as a whole. Dropping a
 * table writes next to nothing; deleting its rows would write each of its pages once more, and again at the checkpoint.
 * What `hot.db` lists is the truth: every answer is as of its schema's version, which a rollback takes back too. */
export class DayTables {
  readonly #db: Database
  readonly #tables = new Map<EntityName, DayTable[]>()
  #version: number | null = null

  constructor(db: Database) {
    this.#db = db
  }

  /** Oldest first. */
  of(entity: EntityName): readonly DayTable[] {
    this.#refresh()
    return this.#tables.get(entity) ?? []
  }

  all(): DayTable[] {
    this.#refresh()
    return [...this.#tables.values()].flat()
  }

  find(entity: EntityName, day: number): DayTable | undefined {
    return this.of(entity).find((table) => table.day === day)
  }

  /** For jobs that let others work in between. */
  isThere({ entity, day }: DayTable): boolean {
    return this.find(entity, day) !== undefined
  }

  /** Those with minutes of the range, oldest first, with the minutes that are in it. */
  within(entity: EntityName, [from, to]: MinuteRange): DayTable[] {
    return this.of(entity)
      .map((table): DayTable => {
        const [start, end] = table.minutes
        return { ...table, minutes: [Math.max(start, from), Math.min(end, to)] }
      })
      .filter(({ minutes: [start, end] }) => start < end)
  }

  /** The table of the day that holds `minute`, made when it is missing. To be run within a transaction.
   * @param columns that it must have besides the catalogue's */
  ensure(entity: EntityName, minute: number, columns: readonly string[] = []): string {
    const day = Math.floor(minute / DAY_MINUTES)
    const known = this.find(entity, day)
    if (known !== undefined && columns.length === 0) return known.name
    const name = tableOf(entity, day)
    ensureColumns(this.#db, name, [...new Set([...rollupColumns(entity), ...columns])])
    return name
  }

  /** Nothing when it is gone already. */
  drop({ name }: Pick<DayTable, 'name'>): void {
    this.#db.run(`DROP TABLE IF EXISTS "${name}"`)
  }

  /** Deletes an entity's rows of these minutes, with their tables where those hold no others. To be run within a
   * transaction. */
  clear(entity: EntityName, range: MinuteRange): void {
    for (const table of this.within(entity, range)) {
      if (this.#isWithin(table, range)) this.drop(table)
      else this.#db.run(`DELETE FROM "${table.name}" WHERE minute >= ? AND minute < ?`, range)
    }
  }

  /** Whether `clear` would drop tables and do nothing else. */
  isWhole(entity: EntityName, range: MinuteRange): boolean {
    return this.within(entity, range).every((table) => this.#isWithin(table, range))
  }

  #isWithin({ name }: DayTable, [from, to]: MinuteRange): boolean {
    const held = heldMinutes(this.#db, name)
    return held === null || (from <= held[0] && held[1] <= to)
  }

  #refresh(): void {
    const { schema_version: version } = this.#db
      .query<{ schema_version: number }, []>('PRAGMA schema_version')
      .get()!
    if (version === this.#version) return
    this.#version = version
    this.#tables.clear()
    for (const table of tablesIn(this.#db)) {
      const known = this.#tables.get(table.entity)
      if (known === undefined) this.#tables.set(table.entity, [table])
      else known.push(table)
    }
  }
}

function tablesIn(db: Database): DayTable[] {
  return db
    .query<{ name: string }, []>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB 'rollup_*'",
    )
    .all()
    .flatMap(({ name }): DayTable[] => {
      const [, entity, text] = NAME.exec(name) ?? []
      if (entity === undefined || !isEntityName(entity)) return []
      const day = Number(text)
      return [{ name, entity, day, minutes: [day * DAY_MINUTES, (day + 1) * DAY_MINUTES] }]
    })
    .sort((a, b) => a.day - b.day)
}
