import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { EntityName } from '@lumen/model/catalog'
import { DAY } from '@lumen/model/time'
import { errorMessage, LumenError } from '@lumen/std/error'
import { COLD_FOLDER } from './cold/cold-folder.ts'
import type { ColdSeries } from './cold/cold-series.ts'
import { type ColdFileMeta, coldFileName } from './cold/file/cold-file-meta.ts'
import { coldPath } from './cold/file/cold-path.ts'
import { writeColdFile } from './cold/file/write.ts'
import { beginReadingDays, hotDayOf } from './cold/hot-day.ts'
import { DayTables } from './hot/day-tables.ts'
import { hotDays } from './hot/hot-days.ts'
import { Manifest } from './hot/manifest.ts'
import { QuietReader } from './hot/quiet-reader.ts'
import { requireCurrent } from './hot/require-current.ts'

/** A cold file that counts. */
export interface CountedFile {
  path: string
  /** Deleted hosts whose rows in it do not count. */
  hiddenHosts: number[]
}

/** Everything a store has on disk as of one instant, as Parquet files that hold disjoint sets of frames. Reads beside a
 * running hub; changes nothing in the store's folder. A file may be merged away later by the hub. */
export class TsdbSnapshot implements Disposable {
  readonly #dir: string
  readonly #reader: QuietReader
  readonly #manifest: Manifest
  readonly #days: ReadonlyMap<EntityName, readonly number[]>

  /** @throws {LumenError} `data_missing` without a hot.db, `data_unreadable`, `database_too_old`, `database_too_new` */
  constructor(dir: string) {
    this.#dir = dir
    const path = join(dir, 'hot.db')
    if (!existsSync(path)) throw new LumenError('data_missing', `There is no history in ${dir}: no hot.db`)
    try {
      this.#reader = new QuietReader(path)
    } catch (thrown) {
      throw new LumenError('data_unreadable', `Cannot read ${path}: ${errorMessage(thrown)}`, {
        cause: thrown,
      })
    }
    try {
      const { db } = this.#reader
      beginReadingDays(db)
      requireCurrent(db, path)
      this.#manifest = new Manifest(db)
      this.#days = new Map(hotDays(db, new DayTables(db)).map(({ entity, days }) => [entity, days]))
    } catch (thrown) {
      this.#reader[Symbol.dispose]()
      throw thrown
    }
  }

  /** The cold tier's part of an entity. */
  coldFiles(entity: EntityName): CountedFile[] {
    const buried = [...this.#manifest.tombstones]
    return this.#manifest
      .files()
      .filter((file) => file.entity === entity)
      .map((file) => ({
        path: join(this.#dir, coldPath(COLD_FOLDER, file)),
        hiddenHosts: buried.filter(([, commitNo]) => file.commitNo <= commitNo).map(([host]) => host),
      }))
  }

  /** The hot tier's part of an entity, aggregated as a seal does it: writes a file of each day with such rows below
   * `folder` and answers its path. */
  *writeHot(entity: EntityName, folder: string): Generator<string> {
    for (const [id, day] of (this.#days.get(entity) ?? []).entries()) {
      const span = { from: day, to: day + DAY }
      const { store, commitNo: commit } = this.#manifest
      const meta: ColdFileMeta = { store, id, level: 'part', entity, span, commit, replaces: [] }
      const path = coldPath(folder, { entity, name: coldFileName(meta) })
      const series: Iterable<ColdSeries> = hotDayOf(this.#reader.db, { entity, day, checkpoint })
      writeColdFile({ path, meta, hostName: String, series })
      yield path
    }
  }

  /** False where a hub began to write meanwhile what nobody had open: what was read may not be of one instant. */
  isUndisturbed(): boolean {
    return this.#reader.isUndisturbed()
  }

  [Symbol.dispose](): void {
    this.#reader[Symbol.dispose]()
  }
}

function checkpoint(): void {}
