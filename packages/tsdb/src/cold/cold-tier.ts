import { join } from 'node:path'
import type { EntityName } from '@lumen/model/catalog'
import { intersect, type TimeRange } from '@lumen/model/time'
import { errorCode, errorMessage } from '@lumen/std/error'
import type { Manifest } from '../hot/manifest.ts'
import { addRollup, type BucketColumn, BucketSet } from '../plan/bucket-set.ts'
import type { FrameCells } from '../plan/gaps.ts'
import { type Grid, gridRange } from '../plan/grid.ts'
import type { Selection, TierQuery } from '../tier.ts'
import type { ColdFile } from './cold-file.ts'
import { COLD_FOLDER } from './cold-folder.ts'
import { COLD_STEP_MS, type ColdSeries } from './cold-series.ts'
import { indexOf } from './file/file-index.ts'
import { PageMemory } from './file/page-memory.ts'
import { readColdFrames, readColdSeries, readFleetSeries } from './file/read.ts'
import {
  addHours,
  countRow,
  type FrameRow,
  frameRow,
  HourCache,
  type HourColumn,
  hourColumn,
  isHourly,
} from './hour-cache.ts'
import { IndexCache } from './index-cache.ts'
import type { ListedFile } from './listed-file.ts'

/** Memory for the indexes of files read lately. */
const INDEX_BYTES = 8 * 1024 ** 2

/** Reads the files the manifest lists. Synchronous: lives in the worker that owns the manifest. */
export class ColdTier {
  readonly #folder: string
  readonly #manifest: Manifest
  readonly #indexes = new IndexCache(INDEX_BYTES)
  readonly #memory = new PageMemory()
  readonly #cache = new HourCache()
  readonly #damaged = new Map<string, string>()
  readonly #deletedIn = new Map<string, { asked: string; hosts: number[] }>()
  readonly #onDamage: (name: string, reason: string) => void

  constructor(dir: string, manifest: Manifest, onDamage: (name: string, reason: string) => void) {
    this.#folder = join(dir, COLD_FOLDER)
    this.#manifest = manifest
    this.#onDamage = onDamage
  }

  /** Whether a file may hold buckets of the grid's range that do not fit into its step. */
  mustCoarsen({ grid, selections }: Omit<TierQuery, 'host'>): boolean {
    if (grid.stepMs >= COLD_STEP_MS) return false
    const entities = new Set<EntityName>(['host', ...selections.map(({ entity }) => entity)])
    return [...entities].some((entity) => this.#filesOf(entity, gridRange(grid)).length > 0)
  }

  /** Each bucket counts into the grid's bucket that holds its start. A file that cannot be read is left out. */
  read({ host, grid, selections }: TierQuery): BucketColumn[] {
    const set = new BucketSet(grid)
    for (const selection of selections) this.readFleet(new Map([[host, set]]), grid, selection)
    return set.columns()
  }

  /** Counts the frames a host delivered in the grid's range, as far as they lie in the cells. Answers whether there are any
   * in that range. */
  countFrames(cells: FrameCells, host: number, grid: Grid): boolean {
    const range = gridRange(grid)
    let isAny = false
    for (const listed of this.#filesOf('host', range)) {
      if (!this.#isAlive(listed, host)) continue
      const row = this.#framesOf(listed, host)
      if (row !== null && countRow(row, range, cells)) isAny = true
    }
    return isAny
  }

  /** Adds what one selection has of several hosts to their sets; a page of a file is decoded once for all of them.
   * @param sets by host, of the same grid */
  readFleet(sets: ReadonlyMap<number, BucketSet>, grid: Grid, selection: Selection): void {
    const range = gridRange(grid)
    const hosts = [...sets.keys()].sort((a, b) => a - b)
    for (const listed of this.#filesOf(selection.entity, range)) {
      const alive = hosts.filter((host) => this.#isAlive(listed, host))
      if (isHourly(grid.stepMs)) this.#addHours(listed, sets, alive, selection)
      else {
        for (const each of this.#series(listed, alive, selection, range) ?? []) {
          addSeries(sets.get(each.host)!, each)
        }
      }
    }
  }

  /** Deleted hosts with rows in a file. Looked up once for a file and the hosts deleted at the time. */
  deletedIn(file: ListedFile): number[] {
    const buried = [...this.#manifest.tombstones].filter(([, commitNo]) => file.commitNo <= commitNo)
    if (buried.length === 0) return []
    const asked = buried.map(([host]) => host).join()
    const known = this.#deletedIn.get(file.name)
    if (known?.asked === asked) return known.hosts
    const index = this.#use(file, (whole) => indexOf(whole.index))
    if (index === undefined) return []
    const hosts = buried.map(([host]) => host).filter((host) => !isEmpty(index.seriesOf(host)))
    this.#deletedIn.set(file.name, { asked, hosts })
    return hosts
  }

  damageOf(name: string): string | null {
    return this.#damaged.get(name) ?? null
  }

  /** Leaves a file out from now on. */
  condemn(name: string, reason: string): void {
    if (this.#damaged.has(name)) return
    this.#damaged.set(name, reason)
    this.#indexes.drop(name)
    this.#cache.drop(name)
    this.#onDamage(name, reason)
  }

  /** Lets go of a file that is no longer listed. */
  forget(name: string): void {
    this.#damaged.delete(name)
    this.#deletedIn.delete(name)
    this.#indexes.drop(name)
    this.#cache.drop(name)
  }

  #filesOf(entity: EntityName, range: TimeRange): ListedFile[] {
    return this.#manifest
      .files()
      .filter(
        (file) =>
          file.entity === entity &&
          intersect(file.span, range) !== undefined &&
          !this.#damaged.has(file.name),
      )
  }

  #isAlive(file: ListedFile, host: number): boolean {
    return file.commitNo > (this.#manifest.tombstones.get(host) ?? 0)
  }

  /** undefined when the file is damaged: it must not count in part. */
  #series(
    listed: ListedFile,
    hosts: readonly number[],
    selection: Selection,
    range: TimeRange,
  ): ColdSeries[] | undefined {
    return this.#use(listed, (file) => {
      const [host] = hosts
      const to = { folder: this.#folder, file, range }
      if (hosts.length === 1)
        return readColdSeries({ ...to, host: host!, selections: [selection], memory: this.#memory })
      const found: ColdSeries[] = []
      readFleetSeries({ ...to, hosts, selection }, (series) => found.push(series))
      return found
    })
  }

  #addHours(
    listed: ListedFile,
    sets: ReadonlyMap<number, BucketSet>,
    hosts: readonly number[],
    selection: Selection,
  ): void {
    const { name, span } = listed
    const known = new Map<number, Map<number, HourColumn[]>>()
    const lacking: number[] = []
    for (const host of hosts) {
      const columns = new Map<number, HourColumn[]>()
      for (const field of selection.fields) {
        const found = this.#cache.columns(name, host, selection, field)
        if (found !== undefined) columns.set(field, found)
      }
      known.set(host, columns)
      if (columns.size < selection.fields.length) lacking.push(host)
    }
    if (lacking.length > 0) {
      const series = this.#series(listed, lacking, selection, span)
      if (series === undefined) return
      for (const host of lacking) known.set(host, new Map(selection.fields.map((field) => [field, []])))
      for (const each of series) {
        for (const column of each.columns) {
          known.get(each.host)!.get(column.field)!.push(hourColumn(each, column))
        }
      }
      for (const host of lacking) {
        for (const [field, columns] of known.get(host)!) {
          this.#cache.keepColumns(name, host, selection, field, columns)
        }
      }
    }
    for (const [host, fields] of known) {
      const set = sets.get(host)!
      for (const [field, columns] of fields) {
        for (const each of columns) addHours(set, each, () => set.column(selection.entity, each.key, field))
      }
    }
  }

  /** null when the host has none there, or the file is damaged. */
  #framesOf(listed: ListedFile, host: number): FrameRow | null {
    const known = this.#cache.frames(listed.name, host)
    if (known !== undefined) return known
    const found = this.#use(listed, (file) => {
      const read = { folder: this.#folder, file, host, range: listed.span, memory: this.#memory }
      const frames = readColdFrames(read)
      return { row: frames === null ? null : frameRow(frames) }
    })
    if (found === undefined) return null
    this.#cache.keepFrames(listed.name, host, found.row)
    return found.row
  }

  /** undefined when the file is damaged. */
  #use<T>(file: ListedFile, work: (file: ColdFile) => T): T | undefined {
    try {
      return work(this.#indexes.get(file.name, () => ({ ...file, index: this.#manifest.indexOf(file.name) })))
    } catch (thrown) {
      if (errorCode(thrown) !== 'cold_file_damaged') throw thrown
      this.condemn(file.name, errorMessage(thrown))
      return undefined
    }
  }
}

function addSeries(set: BucketSet, { entity, key, time, columns }: ColdSeries): void {
  const { start, stepMs } = set.grid
  for (const { field, count, sum, max } of columns) {
    // Made with the first value: a column without any must not be there (T5).
    let column: BucketColumn | undefined
    for (let row = 0; row < time.length; ) {
      const bucket = set.bucketOf(time[row]!)
      const end = start + (Math.floor((time[row]! - start) / stepMs) + 1) * stepMs
      let values = 0
      let total = 0
      let most = Number.NEGATIVE_INFINITY
      // Years of rows pass here: no call for a row. One without values adds nothing.
      for (; row < time.length && time[row]! < end; row++) {
        values += count[row]!
        total += sum[row]!
        if (max !== null && max[row]! > most) most = max[row]!
      }
      if (bucket < 0 || values === 0) continue
      column ??= set.column(entity, key, field)
      addRollup(column, bucket, values, total, most)
    }
  }
}

function isEmpty({ from, to }: TimeRange): boolean {
  return from >= to
}
