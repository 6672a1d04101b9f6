import type { ByteSink } from './byte-sink.ts'
import type { FileOutput } from './file-output.ts'
import { type PageEncoding, RLE_DICTIONARY, writePageHeader } from './page-header.ts'

const ZSTD_LEVEL = 3
/** Compression that saves less than this part is not worth the reader's time. */
const WORTHWHILE = 0.98
/** Below this nothing is gained. */
const MIN_COMPRESSED_BYTES = 48

export interface RawPage {
  rows: number
  nulls: number
  encoding: PageEncoding
  levels: ByteSink
  values: ByteSink
}

export interface StoredPage {
  /** Header and body, as in the file. */
  bytes: Uint8Array
  /** How many those were; they are let go of once they are in the file. */
  size: number
  /** CRC-32 of all of `bytes`. */
  crc: number
}

const LET_GO = new Uint8Array(0)

/** Finished pages of one column in one row group, in memory until the group is complete. */
export class ChunkPages {
  readonly pages: StoredPage[] = []
  dictionary: StoredPage | null = null
  readonly encodings = new Set<PageEncoding>()
  /** With headers, as Parquet counts them. */
  storedBytes = 0
  uncompressedBytes = 0
  readonly #sink: ByteSink

  constructor(sink: ByteSink) {
    this.#sink = sink
  }

  get usesDictionary(): boolean {
    return this.encodings.has(RLE_DICTIONARY)
  }

  /** Answers how many bytes the page's values take. */
  add(page: RawPage): number {
    const { rows, nulls, encoding, levels } = page
    const raw = page.values.written()
    const packed = compressed(raw)
    const body = packed ?? raw
    const sink = this.#sink
    sink.clear()
    const levelBytes = levels.length
    const crc = Bun.hash.crc32(body, Bun.hash.crc32(levels.written()))
    writePageHeader(
      {
        uncompressedBytes: levelBytes + raw.length,
        compressedBytes: levelBytes + body.length,
        data: { rows, nulls, encoding, levelBytes, isCompressed: packed !== null },
        entries: 0,
      },
      crc,
      sink,
    )
    const headerBytes = sink.length
    sink.append(levels.written())
    sink.append(body)
    this.pages.push(this.#stored(headerBytes, levelBytes + raw.length))
    this.encodings.add(encoding)
    return body.length
  }

  /** PLAIN entries, which stand before the pages. A dictionary page cannot say that it is not compressed. */
  setDictionary(entries: number, values: ByteSink): void {
    const raw = values.written()
    const body = Bun.zstdCompressSync(raw, { level: ZSTD_LEVEL })
    const sink = this.#sink
    sink.clear()
    writePageHeader(
      { uncompressedBytes: raw.length, compressedBytes: body.length, data: null, entries },
      Bun.hash.crc32(body),
      sink,
    )
    const headerBytes = sink.length
    sink.append(body)
    this.dictionary = this.#stored(headerBytes, raw.length)
  }

  /** Puts dictionary and pages into the file and lets go of their bytes. */
  write(output: FileOutput): void {
    for (const page of this.dictionary === null ? this.pages : [this.dictionary, ...this.pages]) {
      output.write(page.bytes)
      page.bytes = LET_GO
    }
  }

  /** What the bytes take as a page's values. */
  compressedSize(values: ByteSink): number {
    return compressed(values.written())?.length ?? values.length
  }

  #stored(headerBytes: number, rawBytes: number): StoredPage {
    const bytes = this.#sink.written().slice()
    this.storedBytes += bytes.length
    this.uncompressedBytes += headerBytes + rawBytes
    return { bytes, size: bytes.length, crc: Bun.hash.crc32(bytes) }
  }
}

function compressed(raw: Uint8Array): Uint8Array | null {
  if (raw.length < MIN_COMPRESSED_BYTES) return null
  const packed = Bun.zstdCompressSync(raw, { level: ZSTD_LEVEL })
  return packed.length < raw.length * WORTHWHILE ? packed : null
}
