import { Database } from 'bun:sqlite'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { EntityName } from '@lumen/model/catalog'
import { isEntityName } from '@lumen/model/metric'
import { MINUTE } from '@lumen/model/time'
import { LumenError } from '@lumen/std/error'
import { DirectoryLock } from './hot/lock.ts'
import { tableOf } from './hot/rollup-table.ts'
import { mergeStaged } from './hot/staged.ts'
import { persistedMetrics } from './persisted.ts'

/** One field of one series in one minute, as it is on disk. */
export interface StoredRollup {
  host: number
  entity: EntityName
  key: string
  field: string
  /** Start of the minute, epoch ms. */
  t: number
  count: number
  /** Fixed point. */
  sum: number
  /** Fixed point; null where the catalogue keeps no maximum. */
  max: number | null
}

export interface StoredFrames {
  host: number
  /** Start of the minute, epoch ms. */
  t: number
  /** Frames counted in it. */
  frames: number
}

export interface StoredDurableRange {
  host: number
  stream: string
  from: number
  to: number
  newestTs: number
}

/** A data directory as the store left it, read without changing it. */
export class TsdbInspection implements Disposable {
  readonly #db: Database
  readonly #lock: DirectoryLock | undefined

  /** @throws {LumenError} `data_missing` without a hot.db, `data_in_use` while a hub runs on it. */
  constructor(dir: string) {
    const path = join(dir, 'hot.db')
    if (!existsSync(path)) throw new LumenError('data_missing', `Cannot inspect ${dir}: it holds no hot.db`)
    this.#lock = existsSync(join(dir, 'lock.db')) ? DirectoryLock.take(dir) : undefined
    try {
      this.#db = new Database(path, { readwrite: true, create: false })
      // Staged rows are merged for the eyes of this connection only: the transaction is rolled back.
      this.#db.run('BEGIN')
      if (hasStaged(this.#db)) mergeStaged(this.#db)
    } catch (thrown) {
      this.#lock?.release()
      throw thrown
    }
  }

  /** Every rollup with at least one value, by entity and then by time. */
  *rollups(): Generator<StoredRollup> {
    const series = this.#db
      .query<{ id: number; host: number; entity: string; key: string }, []>(
        'SELECT id, host, entity, key FROM series WHERE host IS NOT NULL',
      )
      .all()
    const byId = new Map(series.map((row) => [row.id, row]))
    for (const entity of new Set(series.map((row) => row.entity))) {
      if (!isEntityName(entity)) continue
      const metrics = persistedMetrics(entity)
      const rows = this.#db
        .query<Record<string, number | null>, []>(`SELECT * FROM ${tableOf(entity)} ORDER BY minute, series`)
        .iterate()
      for (const row of rows) {
        const owner = byId.get(row.series!)
        if (owner === undefined) continue
        for (const { field, spec } of metrics) {
          const sum = row[`${field}_sum`]
          if (sum === null || sum === undefined) continue
          yield {
            host: owner.host,
            entity,
            key: owner.key,
            field,
            t: row.minute! * MINUTE,
            count: row[`${field}_n`] ?? row.n!,
            sum,
            max: spec.keepsMax ? (row[`${field}_max`] ?? null) : null,
          }
        }
      }
    }
  }

  /** Frames by host and minute. */
  frames(): StoredFrames[] {
    return this.#db
      .query<StoredFrames, []>(
        `SELECT host, minute * ${MINUTE} AS t, n AS frames FROM ${tableOf('host')} JOIN series ON id = series ` +
          'WHERE host IS NOT NULL ORDER BY host, minute',
      )
      .all()
  }

  durable(): StoredDurableRange[] {
    return this.#db
      .query<StoredDurableRange, []>(
        'SELECT host, name AS stream, from_seq AS "from", to_seq AS "to", newest_ts AS newestTs ' +
          'FROM durable JOIN stream ON id = stream ORDER BY host, name, from_seq',
      )
      .all()
  }

  [Symbol.dispose](): void {
    this.#db.run('ROLLBACK')
    this.#db.close(true)
    this.#lock?.release()
  }
}

function hasStaged(db: Database): boolean {
  return db.query("SELECT 1 FROM sqlite_schema WHERE name = 'staged'").get() !== null
}

/** @throws {LumenError} `data_missing`, `data_in_use` */
export function inspectTsdb(dir: string): TsdbInspection {
  return new TsdbInspection(dir)
}
