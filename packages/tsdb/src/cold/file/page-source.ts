import { closeSync, openSync, readSync } from 'node:fs'
import { errorCode } from '@lumen/std/error'
import type { ColdFile } from '../cold-file.ts'
import { ByteSource } from './byte-source.ts'
import { coldPath } from './cold-path.ts'
import { damaged } from './damage.ts'
import { readPlain } from './dictionary.ts'
import { type FileIndex, indexOf } from './file-index.ts'
import { type PageHeader, readPageHeader } from './page-header.ts'

/** Bit-packed values are read a word at a time, past their end. */
const SLACK = 8

/** A page as it is in memory: its body is levels, then values, then room to read past them. */
export interface LoadedPage {
  header: PageHeader
  levels: Uint8Array
  values: Uint8Array
}

/** The pages of one cold file, each checked against its checksum before anything looks into it. */
export class PageSource implements Disposable {
  readonly index: FileIndex
  readonly #name: string
  readonly #fd: number
  /** Used again by every read. */
  #buffer = new Uint8Array(16_384)
  /** By column, of the row group read last: groups are read in order. */
  readonly #dictionaries = new Map<number, { group: number; values: Float64Array }>()

  /** @throws {LumenError} `cold_file_damaged` when the file is missing or its index is not sound. */
  constructor(folder: string, file: ColdFile) {
    this.#name = `${file.entity}/${file.name}.parquet`
    try {
      this.index = indexOf(file.index)
    } catch (error) {
      throw damaged(this.#name, null, 'its index in the manifest is not sound', error)
    }
    try {
      this.#fd = openSync(coldPath(folder, file), 'r')
    } catch (error) {
      if (errorCode(error) === 'ENOENT') throw damaged(this.#name, null, 'the file is missing', error)
      throw error
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd)
  }

  /** @throws {LumenError} `cold_file_damaged` */
  load(page: number, column: number): LoadedPage {
    const place = this.index.page(page, column)
    const bytes = this.#read(column, place)
    const source = new ByteSource(bytes)
    const header = readPageHeader(source)
    const start = source.position
    const { levelBytes, isCompressed } = header.data!
    const levels = withSlack(bytes.subarray(start, start + levelBytes))
    const stored = bytes.subarray(start + levelBytes, start + header.compressedBytes)
    return { header, levels, values: withSlack(isCompressed ? Bun.zstdDecompressSync(stored) : stored) }
  }

  /** The numbers a column's dictionary for the page's row group holds. @throws {LumenError} `cold_file_damaged` */
  dictionary(page: number, column: number): Float64Array {
    const group = this.index.groupOf(page)
    const known = this.#dictionaries.get(column)
    if (known?.group === group) return known.values
    const bytes = this.#read(column, this.index.dictionary(group, column))
    const source = new ByteSource(bytes)
    const header = readPageHeader(source)
    const body = Bun.zstdDecompressSync(
      bytes.subarray(source.position, source.position + header.compressedBytes),
    )
    const { type } = this.index.columns[column]!
    const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
    const values = readPlain(view, 0, header.entries, type === 'INT64' ? 'INT64' : 'INT32')
    this.#dictionaries.set(column, { group, values })
    return values
  }

  /** Reads and checks without looking into it. @throws {LumenError} `cold_file_damaged` */
  check(column: number, place: { offset: number; bytes: number; crc: number }): void {
    this.#read(column, place)
  }

  /** The bytes are valid until the next read. */
  #read(column: number, place: { offset: number; bytes: number; crc: number }): Uint8Array {
    const { offset, bytes: size, crc } = place
    if (this.#buffer.length < size) this.#buffer = new Uint8Array(size * 2)
    const bytes = this.#buffer.subarray(0, size)
    const at = { column: this.index.columns[column]!.name, offset }
    let done = 0
    while (done < size) {
      const got = readSync(this.#fd, bytes, done, size - done, offset + done)
      if (got === 0) throw damaged(this.#name, at, `the file ends ${size - done} bytes too early`)
      done += got
    }
    if (Bun.hash.crc32(bytes) !== crc) throw damaged(this.#name, at, 'its checksum does not match')
    return bytes
  }
}

function withSlack(bytes: Uint8Array): Uint8Array {
  const roomy = new Uint8Array(bytes.length + SLACK)
  roomy.set(bytes)
  return roomy
}
