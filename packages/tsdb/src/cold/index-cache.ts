import type { ColdFile } from './cold-file.ts'

/** Files with the indexes by which they are read, the least recently used dropped first. */
export class IndexCache {
  readonly #maxBytes: number
  readonly #files = new Map<string, ColdFile>()
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** The same object each time, while it is kept. */
  get(name: string, load: () => ColdFile): ColdFile {
    const file = this.#files.get(name) ?? load()
    this.drop(name)
    this.#files.set(name, file)
    this.#bytes += file.index.length
    for (const oldest of this.#files.keys()) {
      if (this.#bytes <= this.#maxBytes || oldest === name) break
      this.drop(oldest)
    }
    return file
  }

  drop(name: string): void {
    this.#bytes -= this.#files.get(name)?.index.length ?? 0
    this.#files.delete(name)
  }
}
