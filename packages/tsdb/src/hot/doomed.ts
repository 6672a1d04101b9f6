import type { Database } from 'bun:sqlite'
import type { EntityName } from '@lumen/model/catalog'
import { isEntityName } from '@lumen/model/metric'
import type { FaultInjector } from '../fault-point.ts'
import { deleteMinutes, deleteRows, type MinuteRange } from './delete-rows.ts'

export const DOOMED_TABLE = 'doomed'
/** Ranges of an entity whose rows in its rollup table are in a cold file already: no longer read, and deleted a few
 * thousand at a time. What comes in late meanwhile is staged, and staged rows of such a range are as good as any. */
export class DoomedRanges {
  readonly #db: Database
  readonly #ranges = new Map<EntityName, MinuteRange[]>()

  constructor(db: Database) {
    this.#db = db
    this.load()
  }

  static migrate(db: Database): void {
    db.run(
      `CREATE TABLE IF NOT EXISTS ${DOOMED_TABLE} (entity TEXT NOT NULL, from_minute INTEGER NOT NULL, ` +
        'to_minute INTEGER NOT NULL, PRIMARY KEY (entity, from_minute)) WITHOUT ROWID',
    )
  }

  get isEmpty(): boolean {
    return this.#ranges.size === 0
  }

  has(entity: EntityName, minute: number): boolean {
    return this.#ranges.get(entity)?.some(([from, to]) => minute >= from && minute < to) ?? false
  }

  /** What is left of `[from, to)` without the doomed ranges, oldest first. */
  live(entity: EntityName, from: number, to: number): MinuteRange[] {
    const live: MinuteRange[] = []
    let at = from
    for (const [start, end] of this.#ranges.get(entity) ?? []) {
      if (end <= at) continue
      if (start >= to) break
      if (start > at) live.push([at, start])
      at = end
    }
    if (at < to) live.push([at, to])
    return live
  }

  /** To be run within a transaction, and `load` after it. Its staged rows, in the file too, go with it. */
  add(entity: EntityName, [from, to]: MinuteRange): void {
    this.#db.run(
      `INSERT INTO ${DOOMED_TABLE} VALUES (?1, ?2, ?3) ` +
        'ON CONFLICT DO UPDATE SET to_minute = max(to_minute, excluded.to_minute)',
      [entity, from, to],
    )
  }

  /** Takes over what the table says. */
  load(): void {
    this.#ranges.clear()
    const rows = this.#db
      .query<{ entity: string; from: number; to: number }, []>(
        `SELECT entity, from_minute AS "from", to_minute AS "to" FROM ${DOOMED_TABLE} ORDER BY entity, from_minute`,
      )
      .all()
    for (const { entity, from, to } of rows) {
      if (!isEntityName(entity)) continue
      const known = this.#ranges.get(entity)
      if (known === undefined) this.#ranges.set(entity, [[from, to]])
      else known.push([from, to])
    }
  }

  /** Deletes the rows of all ranges, then the ranges; yields between transactions. */
  *finish(faults: FaultInjector): Generator<undefined, void> {
    for (;;) {
      const next = [...this.#ranges][0]
      if (next === undefined) return
      const [entity, ranges] = next
      yield* this.#finishRange(entity, ranges[0]!, faults)
    }
  }

  *#finishRange(
    entity: EntityName,
    [from, to]: MinuteRange,
    faults: FaultInjector,
  ): Generator<undefined, void> {
    for (const _ of deleteRows(this.#db, entity, [from, to])) {
      faults.reach('doom.mid')
      yield
      // Somebody else may have come to the range's end meanwhile; what is in it since counts.
      if (!this.has(entity, from)) return
    }
    this.#db.run(`DELETE FROM ${DOOMED_TABLE} WHERE entity = ? AND from_minute = ?`, [entity, from])
    faults.reach('doom.after-end')
    this.load()
  }
}

/** All at once, in the transaction under way. */
export function deleteDoomed(db: Database): void {
  const rows = db
    .query<{ entity: string; from: number; to: number }, []>(
      `SELECT entity, from_minute AS "from", to_minute AS "to" FROM ${DOOMED_TABLE}`,
    )
    .all()
  for (const { entity, from, to } of rows) {
    if (isEntityName(entity)) deleteMinutes(db, entity, [from, to])
  }
  db.run(`DELETE FROM ${DOOMED_TABLE}`)
}
