import type { ColdFile } from '../cold-file.ts'
import { ColumnPages, pageSpans } from './column-pages.ts'
import { hostColumn, keyColumn, rowColumn } from './columns.ts'
import { FileBody } from './file-body.ts'
import type { FileOutput } from './file-output.ts'
import { MergeColumns } from './merge-columns.ts'
import { type MergeInput, type MergeSeries, planMerge } from './merge-plan.ts'
import type { MergeRows } from './merge-rows.ts'
import { PageMemory } from './page-memory.ts'
import { PAGE_ROWS } from './page-rows.ts'
import { PageScratch } from './page-scratch.ts'
import { PageSource } from './page-source.ts'
import { type PutOptions, putFile } from './put-file.ts'
import { type ColumnChunk, fileColumns } from './row-group.ts'

/** Most rows that are gathered for a row group: 16 hosts of a month, as many as share a page of a day. */
const GROUP_ROWS = 16 * 31 * 288

/** Numbers read after which garbage is collected: what is decompressed and encoded is each in an array of its own, and
 * the collector by itself lets some hundred megabytes of them add up. */
const COLLECT_AFTER = 500_000

export interface MergeOptions extends PutOptions {
  /** The folder `cold/`. */
  folder: string
  /** In whatever order (T3). */
  files: readonly { file: ColdFile; dropHosts: ReadonlySet<number> }[]
  /** Called for every field of every row group; what it throws ends the merge. */
  checkpoint?: () => void
  /** Called after each row group. */
  afterGroup?: () => void
}

/** Files of one entity as one file, durable; null, and no file, when no series is left. Rollups of the same bucket add
 * up. In memory are one field of one row group and the encoded pages of one column; see `putFile` for faults.
 * @throws {LumenError} `cold_file_damaged`, `cold_value_unfit` */
export function mergeColdFiles(options: MergeOptions): ColdFile | null {
  const memory = new PageMemory()
  using open = new DisposableStack()
  const inputs = options.files
    .toSorted((a, b) => a.file.span.from - b.file.span.from)
    .map(
      ({ file, dropHosts }): MergeInput => ({
        source: open.use(new PageSource(options.folder, file, memory)),
        dropHosts,
      }),
    )
  const groups = planMerge(inputs, GROUP_ROWS)
  const first = groups.next()
  if (first.done) return null
  return putFile(options, (output) => {
    const merge = new Merge(output, options)
    merge.group(first.value)
    for (const group of groups) merge.group(group)
    return merge.finish()
  })
}

/** Writes a row group's columns one after the other. */
class Merge {
  readonly #options: MergeOptions
  readonly #columns = new MergeColumns()
  readonly #scratch = new PageScratch()
  readonly #fields
  readonly #body: FileBody
  #sinceCollected = 0

  constructor(output: FileOutput, options: MergeOptions) {
    const { fields, columns } = fileColumns(options.meta.entity)
    this.#options = options
    this.#fields = fields
    this.#body = new FileBody(output, options.meta, columns)
  }

  group(group: readonly MergeSeries[]): void {
    const { meta, hostName, checkpoint, afterGroup } = this.#options
    const { time, ...rows } = this.#columns.begin(group)
    const put = (chunk: ColumnChunk) => this.#body.chunk(chunk)
    const pages = this.#begin(rows)
    put(pages.texts(hostColumn(), ({ host }) => hostName(host)))
    put(pages.numbers(rowColumn('host_id'), this.#columns.hosts()))
    put(pages.texts(keyColumn(meta.entity), ({ key }) => key))
    put(pages.numbers(rowColumn('time'), time))
    put(pages.numbers(rowColumn('n'), this.#columns.frames()))
    for (const field of this.#fields) {
      checkpoint?.()
      this.#collect(rows.gathered * 4)
      for (const [column, values] of this.#columns.field(field)) put(pages.numbers(column, values))
    }
    this.#body.endGroup()
    afterGroup?.()
  }

  finish(): Pick<ColdFile, 'rows' | 'index'> {
    return this.#body.finish()
  }

  #collect(numbers: number): void {
    this.#sinceCollected += numbers
    if (this.#sinceCollected < COLLECT_AFTER) return
    this.#sinceCollected = 0
    Bun.gc(true)
  }

  /** Enters series and pages. */
  #begin({ series }: MergeRows): ColumnPages {
    const { index, rows } = this.#body
    for (const { host, key, from } of series) index.series(host, key, rows + from)
    const pages = pageSpans(series, PAGE_ROWS[this.#options.meta.level])
    for (const { from, to } of pages) this.#body.page(to - from)
    return new ColumnPages(pages, this.#scratch)
  }
}
