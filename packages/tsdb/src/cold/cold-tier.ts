import { join } from 'node:path'
import type { EntityName } from '@lumen/model/catalog'
import { intersect, type TimeRange } from '@lumen/model/time'
import { errorCode, errorMessage } from '@lumen/std/error'
import type { Manifest } from '../hot/manifest.ts'
import { addRollup, type BucketColumn, BucketSet } from '../plan/bucket-set.ts'
import { type Grid, gridRange } from '../plan/grid.ts'
import type { Selection, TierQuery } from '../tier.ts'
import type { ColdFile } from './cold-file.ts'
import { COLD_FOLDER } from './cold-folder.ts'
import { COLD_STEP_MS, type ColdSeries } from './cold-series.ts'
import { indexOf } from './file/file-index.ts'
import { PageMemory } from './file/page-memory.ts'
import { readColdSeries, readFleetSeries } from './file/read.ts'
import { IndexCache } from './index-cache.ts'
import type { ListedFile } from './listed-file.ts'

/** Memory for the indexes of files read lately. */
const INDEX_BYTES = 8 * 1024 ** 2

export interface ColdRead {
  columns: BucketColumn[]
  /** Buckets in which the host delivered frames, by start, epoch ms, and how many each counts. */
  frames: { time: Float64Array; n: Float64Array }
}

export const NOTHING_COLD: ColdRead = {
  columns: [],
  frames: { time: new Float64Array(0), n: new Float64Array(0) },
}

/** Reads the files the manifest lists. Synchronous: lives in the worker that owns the manifest. */
export class ColdTier {
  readonly #folder: string
  readonly #manifest: Manifest
  readonly #indexes = new IndexCache(INDEX_BYTES)
  readonly #memory = new PageMemory()
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
  read({ host, grid, selections }: TierQuery): ColdRead {
    const set = new BucketSet(grid)
    let frames: ColdSeries[] | undefined
    for (const selection of selections) {
      const series = this.#series(host, grid, selection)
      for (const each of series) addSeries(set, each)
      if (selection.entity === 'host') frames = series
    }
    frames ??= this.#series(host, grid, { entity: 'host', key: '', fields: [] })
    return {
      columns: set.columns(),
      frames: { time: concat(frames.map(({ time }) => time)), n: concat(frames.map(({ n }) => n)) },
    }
  }

  /** Adds what one selection has of several hosts to their sets; a page of a file is decoded once for all of them.
   * @param sets by host, of the same grid */
  readFleet(sets: ReadonlyMap<number, BucketSet>, grid: Grid, selection: Selection): void {
    const range = gridRange(grid)
    const hosts = [...sets.keys()].sort((a, b) => a - b)
    for (const listed of this.#filesOf(selection.entity, range)) {
      const alive = hosts.filter((host) => listed.commitNo > (this.#manifest.tombstones.get(host) ?? 0))
      // Gathered first: a file that is damaged further on must not count in part.
      const found: ColdSeries[] = []
      this.#use(listed, (file) => {
        const to = { folder: this.#folder, file, hosts: alive, selection, range }
        readFleetSeries(to, (series) => found.push(series))
        for (const series of found) addSeries(sets.get(series.host)!, series)
      })
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
    this.#onDamage(name, reason)
  }

  /** Lets go of a file that is no longer listed. */
  forget(name: string): void {
    this.#damaged.delete(name)
    this.#deletedIn.delete(name)
    this.#indexes.drop(name)
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

  #series(host: number, grid: Grid, selection: Selection): ColdSeries[] {
    const range = gridRange(grid)
    const buried = this.#manifest.tombstones.get(host) ?? 0
    const to = { folder: this.#folder, host, selections: [selection], range, memory: this.#memory }
    const read = (file: ColdFile) => readColdSeries({ ...to, file })
    return this.#filesOf(selection.entity, range)
      .filter((file) => file.commitNo > buried)
      .flatMap((file) => this.#use(file, read) ?? [])
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

function concat(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
