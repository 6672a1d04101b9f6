import type { ColumnChunk, FileMetaData, KeyValue, RowGroup, SchemaElement, Statistics } from 'hyparquet'
import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js'
import { writeMetadata } from 'hyparquet-writer/src/metadata.js'
import type { ChunkPages } from './chunk-pages.ts'
import type { IntColumn, TextColumn } from './columns.ts'
import { DELTA_BINARY_PACKED, PLAIN } from './page-header.ts'

export type FileColumn = IntColumn | TextColumn

/** Digits of a DECIMAL by its physical type. */
const PRECISION = { INT32: 9, INT64: 18 } as const

/** The schema element of a column. */
export function schemaElement(column: FileColumn): SchemaElement {
  if (!('type' in column))
    return {
      name: column.name,
      type: 'BYTE_ARRAY',
      repetition_type: 'REQUIRED',
      converted_type: 'UTF8',
      logical_type: { type: 'STRING' },
    }
  const { name, type, isOptional, decimals } = column
  const base: SchemaElement = { name, type, repetition_type: isOptional ? 'OPTIONAL' : 'REQUIRED' }
  if (name === 'time')
    return {
      ...base,
      converted_type: 'TIMESTAMP_MILLIS',
      logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
    }
  if (decimals === null) return base
  const digits = { scale: decimals, precision: PRECISION[type] }
  return { ...base, converted_type: 'DECIMAL', ...digits, logical_type: { type: 'DECIMAL', ...digits } }
}

/** One column's part of a row group. `offset` is where its first page begins. */
export function columnChunk(
  column: FileColumn,
  pages: ChunkPages,
  place: { rows: number; offset: number; statistics: Statistics; withMetadata: boolean },
): ColumnChunk {
  const { rows, offset, statistics, withMetadata } = place
  const dictionaryBytes = pages.dictionary?.size ?? 0
  const encodings = new Set<'RLE' | 'PLAIN' | 'DELTA_BINARY_PACKED' | 'RLE_DICTIONARY'>(['RLE'])
  for (const encoding of pages.encodings)
    encodings.add(
      encoding === PLAIN
        ? 'PLAIN'
        : encoding === DELTA_BINARY_PACKED
          ? 'DELTA_BINARY_PACKED'
          : 'RLE_DICTIONARY',
    )
  if (dictionaryBytes > 0) encodings.add('PLAIN')
  const { title, unit, source } = column
  return {
    file_offset: 0n,
    meta_data: {
      type: 'type' in column ? column.type : 'BYTE_ARRAY',
      encodings: [...encodings],
      path_in_schema: [column.name],
      codec: 'ZSTD',
      num_values: BigInt(rows),
      total_uncompressed_size: BigInt(pages.uncompressedBytes),
      total_compressed_size: BigInt(pages.storedBytes),
      ...(withMetadata ? { key_value_metadata: Object.entries({ title, unit, source }).map(pair) } : {}),
      data_page_offset: BigInt(offset + dictionaryBytes),
      ...(dictionaryBytes > 0 ? { dictionary_page_offset: BigInt(offset) } : {}),
      statistics,
    },
  }
}

function pair([key, value]: [string, string]): KeyValue {
  return { key, value }
}

/** The footer's Thrift bytes, without length and magic. */
export function footerBytes(file: {
  columns: readonly FileColumn[]
  rows: number
  groups: RowGroup[]
  pairs: KeyValue[]
}): Uint8Array {
  const metadata: FileMetaData = {
    version: 2,
    schema: [{ name: 'lumen', num_children: file.columns.length }, ...file.columns.map(schemaElement)],
    num_rows: BigInt(file.rows),
    row_groups: file.groups,
    key_value_metadata: file.pairs,
    created_by: 'lumen version 1',
    metadata_length: 0,
  }
  const writer = new ByteWriter(65_536)
  writeMetadata(writer, metadata)
  // The length that it appends is written with the magic.
  return writer.getBytes().slice(0, -4)
}
