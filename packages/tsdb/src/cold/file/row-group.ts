import type { EntityName } from '@lumen/model/catalog'
import type { RowGroup, Statistics } from 'hyparquet'
import type { ChunkPages } from './chunk-pages.ts'
import { entityColumns, type FieldColumns, hostColumn, keyColumn, rowColumn } from './columns.ts'
import { columnChunk, type FileColumn } from './footer.ts'
import { IntChunk } from './int-chunk.ts'
import { checkFit, type FieldRows, type PageRows } from './page-rows.ts'
import type { PageScratch } from './page-scratch.ts'
import { TextChunk } from './text-chunk.ts'

/** Columns of an entity's files, in file order, with the fields they come from. */
export function fileColumns(entity: EntityName): { fields: FieldColumns[]; columns: FileColumn[] } {
  const fields = entityColumns(entity)
  return {
    fields,
    columns: [
      hostColumn(),
      rowColumn('host_id'),
      keyColumn(entity),
      rowColumn('time'),
      rowColumn('n'),
      ...fields.flatMap(({ avg, rem, n, max }) => (max === null ? [avg, rem, n] : [avg, rem, n, max])),
    ],
  }
}

/** The pages of one column in a row group. */
export type ColumnChunk = IntChunk | TextChunk

interface FieldChunks {
  avg: IntChunk
  rem: IntChunk
  n: IntChunk
  max: IntChunk | null
}

/** Encoded pages of a run of rows, one chunk a column, kept in memory until the group is written. */
export class RowGroupPages {
  readonly host: TextChunk
  readonly key: TextChunk
  readonly #hostId: IntChunk
  readonly #time: IntChunk
  readonly #n: IntChunk
  readonly #fields: FieldChunks[]
  rows = 0
  pageCount = 0

  constructor(entity: EntityName, fields: readonly FieldColumns[], scratch: PageScratch) {
    this.host = new TextChunk(hostColumn(), scratch)
    this.key = new TextChunk(keyColumn(entity), scratch)
    this.#hostId = new IntChunk(rowColumn('host_id'), scratch)
    this.#time = new IntChunk(rowColumn('time'), scratch)
    this.#n = new IntChunk(rowColumn('n'), scratch)
    this.#fields = fields.map(({ avg, rem, n, max }) => ({
      avg: new IntChunk(avg, scratch),
      rem: new IntChunk(rem, scratch),
      n: new IntChunk(n, scratch),
      max: max === null ? null : new IntChunk(max, scratch),
    }))
  }

  /** In file order. */
  chunks(): ColumnChunk[] {
    return [
      this.host,
      this.#hostId,
      this.key,
      this.#time,
      this.#n,
      ...this.#fields.flatMap(({ avg, rem, n, max }) => (max === null ? [avg, rem, n] : [avg, rem, n, max])),
    ]
  }

  /** What is kept in memory for it. */
  heldBytes(): number {
    const pages = this.chunks().reduce((total, chunk) => total + chunk.pages.storedBytes, 0)
    return pages + this.host.heldBytes + this.key.heldBytes
  }

  /** Encodes the rows as one page a column. @throws {LumenError} `cold_value_unfit` */
  addPage(page: PageRows): void {
    const { rows } = page
    this.host.endPage(rows)
    this.key.endPage(rows)
    this.#hostId.add(page.hostId, rows, rows, null)
    this.#time.add(page.time, rows, rows, null)
    this.#n.add(page.n, rows, rows, null)
    for (const [index, field] of page.fields.entries()) addField(this.#fields[index]!, field, rows)
    for (const chunk of this.chunks())
      if (chunk instanceof IntChunk) checkFit(chunk.column, chunk.low, chunk.high)
    this.rows += rows
    this.pageCount++
  }

  finish(): void {
    for (const chunk of this.chunks()) chunk.finish()
  }
}

function addField(chunks: FieldChunks, field: FieldRows, rows: number): void {
  const { count, levels } = field
  chunks.avg.add(field.avg, count, rows, levels)
  chunks.rem.add(field.rem, count, rows, levels)
  chunks.n.add(field.n, count, rows, levels)
  if (field.max !== null) chunks.max!.add(field.max, field.maxCount, rows, field.maxLevels)
}

/** The footer's entry for a group whose chunks, of all columns in file order, begin at `offsets`. */
export function rowGroupEntry(
  chunks: readonly ColumnChunk[],
  rows: number,
  offsets: readonly number[],
  withMetadata: boolean,
): RowGroup {
  const sum = (size: (pages: ChunkPages) => number) =>
    BigInt(chunks.reduce((total, chunk) => total + size(chunk.pages), 0))
  return {
    columns: chunks.map((chunk, index) =>
      columnChunk(chunk.column, chunk.pages, {
        rows,
        offset: offsets[index]!,
        statistics: statisticsOf(chunk),
        withMetadata,
      }),
    ),
    total_byte_size: sum((pages) => pages.uncompressedBytes),
    num_rows: BigInt(rows),
    file_offset: BigInt(offsets[0]!),
    total_compressed_size: sum((pages) => pages.storedBytes),
  }
}

function statisticsOf(chunk: ColumnChunk): Statistics {
  if (chunk instanceof TextChunk) return { null_count: 0n, min_value: chunk.low!, max_value: chunk.high! }
  const nulls = { null_count: BigInt(chunk.nulls) }
  if (chunk.low > chunk.high) return nulls
  // The library wants a bigint for what a DECIMAL or INT64 stores, a number for an INT32.
  const { type, decimals } = chunk.column
  const as = type === 'INT32' && decimals === null ? Number : BigInt
  return { ...nulls, min_value: as(chunk.low), max_value: as(chunk.high) }
}
