import { Database } from 'bun:sqlite'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { EntityName } from '@lumen/model/catalog'
import { layoutOf } from '@lumen/model/metric'
import { MINUTE } from '@lumen/model/time'
import { LumenError } from '@lumen/std/error'
import { COLD_FOLDER } from './cold/cold-folder.ts'
import type { ColdSeries } from './cold/cold-series.ts'
import { iterateColdFile } from './cold/file/iterate.ts'
import { verifyColdFile } from './cold/file/verify.ts'
import type { ListedFile } from './cold/listed-file.ts'
import { DayTables } from './hot/day-tables.ts'
import { divideByDay, undivided } from './hot/divide-by-day.ts'
import { DirectoryLock } from './hot/lock.ts'
import { Manifest } from './hot/manifest.ts'
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
  readonly #dir: string
  readonly #db: Database
  readonly #days: DayTables
  readonly #lock: DirectoryLock | undefined

  /** @throws {LumenError} `data_missing` without a hot.db, `data_in_use` while a hub runs on it. */
  constructor(dir: string) {
    this.#dir = dir
    const path = join(dir, 'hot.db')
    if (!existsSync(path)) throw new LumenError('data_missing', `Cannot inspect ${dir}: it holds no hot.db`)
    this.#lock = existsSync(join(dir, 'lock.db')) ? DirectoryLock.take(dir) : undefined
    try {
      this.#db = new Database(path, { readwrite: true, create: false })
      // For the eyes of this connection only: the transaction is rolled back.
      this.#db.run('BEGIN')
      Manifest.migrate(this.#db)
      this.#days = new DayTables(this.#db)
      for (const entity of undivided(this.#db)) divideByDay(this.#db, this.#days, entity)
      if (hasStaged(this.#db)) mergeStaged(this.#db, this.#days)
    } catch (thrown) {
      this.#lock?.release()
      throw thrown
    }
  }

  /** The cold files that count, and what is wrong with each, null when nothing is. */
  coldFiles(): { file: ListedFile; damage: string | null }[] {
    const folder = join(this.#dir, COLD_FOLDER)
    const manifest = new Manifest(this.#db)
    return manifest.files().map((file) => {
      const steps = verifyColdFile(folder, { ...file, index: manifest.indexOf(file.name) })
      for (let step = steps.next(); ; step = steps.next()) if (step.done) return { file, damage: step.value }
    })
  }

  /** As `rollups`, of the cold tier: `t` is the start of a bucket of five minutes. The same bucket may come from more
   * than one file, each with a part of it. @throws {LumenError} `cold_file_damaged` */
  *coldRollups(): Generator<StoredRollup> {
    for (const { host, entity, key, time, columns } of this.#coldSeries()) {
      const { metrics } = layoutOf(entity)
      for (const { field, count, sum, max } of columns) {
        for (let row = 0; row < time.length; row++) {
          if (count[row] === 0) continue
          const place = { host, entity, key, field: metrics[field]!.field, t: time[row]! }
          yield { ...place, count: count[row]!, sum: sum[row]!, max: max?.[row] ?? null }
        }
      }
    }
  }

  /** As `frames`, of the cold tier. */
  coldFrames(): StoredFrames[] {
    return [...this.#coldSeries()]
      .filter(({ entity }) => entity === 'host')
      .flatMap(({ host, time, n }) => [...time].map((t, row) => ({ host, t, frames: n[row]! })))
  }

  *#coldSeries(): Generator<ColdSeries> {
    const manifest = new Manifest(this.#db)
    for (const file of manifest.files()) {
      const buried = [...manifest.tombstones].filter(([, commitNo]) => file.commitNo <= commitNo)
      yield* iterateColdFile(
        join(this.#dir, COLD_FOLDER),
        { ...file, index: manifest.indexOf(file.name) },
        { dropHosts: new Set(buried.map(([host]) => host)) },
      )
    }
  }

  /** Every rollup of the hot tier with at least one value, by entity and then by time. */
  *rollups(): Generator<StoredRollup> {
    const series = this.#db
      .query<{ id: number; host: number; entity: string; key: string }, []>(
        'SELECT id, host, entity, key FROM series WHERE host IS NOT NULL',
      )
      .all()
    const byId = new Map(series.map((row) => [row.id, row]))
    for (const { name, entity } of this.#days.all()) {
      const metrics = persistedMetrics(entity)
      const rows = this.#db
        .query<Record<string, number | null>, []>(`SELECT * FROM "${name}" ORDER BY minute, series`)
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

  /** Frames of the hot tier by host and minute. */
  frames(): StoredFrames[] {
    return this.#days
      .of('host')
      .flatMap(({ name }) =>
        this.#db
          .query<StoredFrames, []>(
            `SELECT host, minute * ${MINUTE} AS t, n AS frames FROM "${name}" JOIN series ON id = series ` +
              'WHERE host IS NOT NULL',
          )
          .all(),
      )
      .sort((a, b) => a.host - b.host || a.t - b.t)
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
