import type { ByteSink } from './byte-sink.ts'
import type { ByteSource } from './byte-source.ts'

/** Parquet's numbers for the encodings used here. */
export const PLAIN = 0
export const DELTA_BINARY_PACKED = 5
export const RLE_DICTIONARY = 8
export type PageEncoding = typeof PLAIN | typeof DELTA_BINARY_PACKED | typeof RLE_DICTIONARY

const DICTIONARY_PAGE = 2
const DATA_PAGE_V2 = 3

/** What stands before a page. Sizes are of the body, levels included. */
export interface PageHeader {
  uncompressedBytes: number
  compressedBytes: number
  /** Null for a dictionary page. */
  data: {
    rows: number
    nulls: number
    encoding: PageEncoding
    levelBytes: number
    isCompressed: boolean
  } | null
  /** Entries of a dictionary page. */
  entries: number
}

const I32 = 5
const STRUCT = 12
const TRUE = 1
const FALSE = 2

/** Thrift's compact protocol of `PageHeader`, with the standard CRC-32 of the body. Source: parquet.thrift. */
export function writePageHeader(header: PageHeader, crc: number, sink: ByteSink): void {
  const field = (delta: number, value: number) => {
    sink.byte((delta << 4) | I32)
    sink.zigzag(value)
  }
  const { data } = header
  field(1, data === null ? DICTIONARY_PAGE : DATA_PAGE_V2)
  field(1, header.uncompressedBytes)
  field(1, header.compressedBytes)
  field(1, crc | 0)
  if (data === null) {
    sink.byte((3 << 4) | STRUCT)
    field(1, header.entries)
    field(1, PLAIN)
  } else {
    sink.byte((4 << 4) | STRUCT)
    field(1, data.rows)
    field(1, data.nulls)
    field(1, data.rows)
    field(1, data.encoding)
    field(1, data.levelBytes)
    field(1, 0)
    sink.byte((1 << 4) | (data.isCompressed ? TRUE : FALSE))
  }
  sink.byte(0)
  sink.byte(0)
}

/** Reads what the function above writes, to the first byte of the body. */
export function readPageHeader(source: ByteSource): PageHeader {
  const field = () => {
    source.byte()
    return source.zigzag()
  }
  const type = field()
  const uncompressedBytes = field()
  const compressedBytes = field()
  field()
  source.byte()
  if (type === DICTIONARY_PAGE) {
    const entries = field()
    field()
    source.position += 2
    return { uncompressedBytes, compressedBytes, data: null, entries }
  }
  const rows = field()
  const nulls = field()
  field()
  const encoding = field() as PageEncoding
  const levelBytes = field()
  field()
  const isCompressed = (source.byte() & 15) === TRUE
  source.position += 2
  return {
    uncompressedBytes,
    compressedBytes,
    data: { rows, nulls, encoding, levelBytes, isCompressed },
    entries: 0,
  }
}
