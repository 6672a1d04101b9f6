import { closeSync, openSync, readSync } from 'node:fs'
import { errorCode } from '@lumen/std/error'
import type { ColdFile } from '../cold-file.ts'
import { ByteSource } from './byte-source.ts'
import { coldPath } from './cold-path.ts'
import { damaged } from './damage.ts'
import { readPlain } from './dictionary.ts'
import { type FileIndex, indexOf } from './file-index.ts'
import { type PageHeader, readPageHeader } from './page-header.ts'
import { PageMemory, withSlack } from './page-memory.ts'

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
  #memory: PageMemory
  #isShared: boolean
  /** By column, of the row group read last: groups are read in order. */
  readonly #dictionaries = new Map<number, { group: number; values: Float64Array }>()

  /** @param memory for what `load` answers, which is then valid until the next call for any file that shares it
   * @throws {LumenError} `cold_file_damaged` when the file is missing or its index is not sound. */
  constructor(folder: string, file: ColdFile, memory: PageMemory | null = null) {
    this.#memory = memory ?? new PageMemory()
    this.#isShared = memory !== null
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

  /** From now on pages are loaded into this memory, as if it had been given at first. */
  share(memory: PageMemory): void {
    this.#memory = memory
    this.#isShared = true
  }

  /** @throws {LumenError} `cold_file_damaged` */
  load(page: number, column: number): LoadedPage {
    const place = this.index.page(page, column)
    const bytes = this.#read(column, place)
    const source = new ByteSource(bytes)
    const header = readPageHeader(source)
    const start = source.position
    const { levelBytes, isCompressed } = header.data!
    const levels = bytes.subarray(start, start + levelBytes)
    const stored = bytes.subarray(start + levelBytes, start + header.compressedBytes)
    const values = isCompressed ? Bun.zstdDecompressSync(stored) : stored
    if (!this.#isShared) return { header, levels: withSlack(levels), values: withSlack(values) }
    return { header, levels: this.#memory.levels(levels), values: this.#memory.values(values) }
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
    const bytes = this.#memory.stored(size)
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
