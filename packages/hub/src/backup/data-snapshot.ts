import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { LumenError } from '@lumen/std/error'
import {
  BACKUP_FORMAT,
  COLD_FOLDER,
  CONTROL_DB,
  HOT_DB,
  isDataPath,
  type Manifest,
  SECRET_KEY,
} from './manifest.ts'
import { SqliteSnapshot } from './sqlite-snapshot.ts'

const CHUNK_BYTES = 256 * 1024

/** Everything of a data directory that belongs into a backup, as it is at one instant. Open it while the store's cold
 * files are held (or no hub runs), in a process without connections to these databases. */
export class DataSnapshot implements Disposable {
  readonly manifest: Manifest
  readonly #dir: string
  readonly #databases = new Map<string, SqliteSnapshot>()
  readonly #key: Uint8Array | undefined

  /** @param about.isSecret what is copied is encrypted, so the key of secrets may be in it
   * @throws {LumenError} `data_missing`, `database_unusable` */
  constructor(dir: string, about: { version: string; madeAt: number; isSecret?: boolean }) {
    this.#dir = dir
    const keyFile = join(dir, SECRET_KEY)
    if (about.isSecret === true && existsSync(keyFile)) this.#key = readFileSync(keyFile)
    if (!existsSync(join(dir, CONTROL_DB))) {
      throw new LumenError('data_missing', `There is nothing to back up in ${dir}: it holds no ${CONTROL_DB}`)
    }
    try {
      // history first: a host deleted in between is then unknown and its rows go, not the other way round
      for (const path of [HOT_DB, CONTROL_DB]) {
        if (existsSync(join(dir, path))) this.#databases.set(path, new SqliteSnapshot(join(dir, path)))
      }
      const control = this.#databases.get(CONTROL_DB)
      const hub = control?.value("SELECT json_extract(value, '$') FROM settings WHERE key = 'hub_id'")
      this.manifest = {
        format: BACKUP_FORMAT,
        lumen: about.version,
        made_at: about.madeAt,
        hub: typeof hub === 'string' ? hub : null,
        schemas: Object.fromEntries(
          Array.from(this.#databases, ([path, db]) => [path, Number(db.value('PRAGMA user_version'))]),
        ),
        files: [
          ...[CONTROL_DB, HOT_DB].flatMap((path) => {
            const database = this.#databases.get(path)
            return database === undefined ? [] : [{ path, bytes: database.bytes }]
          }),
          ...(this.#key === undefined ? [] : [{ path: SECRET_KEY, bytes: this.#key.length }]),
          ...coldFiles(dir),
        ],
      }
    } catch (thrown) {
      this[Symbol.dispose]()
      throw thrown
    }
  }

  get totalBytes(): number {
    return this.manifest.files.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  /** What a file of the manifest holds; exactly as many bytes as it says.
   * @throws {LumenError} `database_unusable`, `file_changed` */
  async *content(path: string): AsyncGenerator<Uint8Array> {
    const database = this.#databases.get(path)
    if (database !== undefined) yield* database.chunks()
    else if (path === SECRET_KEY && this.#key !== undefined) yield this.#key
    else yield* this.#file(path)
  }

  [Symbol.dispose](): void {
    for (const database of this.#databases.values()) database[Symbol.dispose]()
    this.#databases.clear()
  }

  async *#file(path: string): AsyncGenerator<Uint8Array> {
    const wanted = this.manifest.files.find((file) => file.path === path)?.bytes ?? 0
    await using file = await open(join(this.#dir, path), 'r')
    for (let at = 0; at < wanted; ) {
      const buffer = new Uint8Array(Math.min(CHUNK_BYTES, wanted - at))
      const { bytesRead } = await file.read(buffer, 0, buffer.length, at)
      if (bytesRead === 0) throw new LumenError('file_changed', `${path} became shorter while it was copied`)
      at += bytesRead
      yield buffer.subarray(0, bytesRead)
    }
  }
}

/** Files of the cold tier with their sizes; nothing else that lies there. */
export function coldFiles(dir: string): Manifest['files'] {
  const cold = join(dir, COLD_FOLDER)
  if (!existsSync(cold)) return []
  return readdirSync(cold, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
    .filter(isDataPath)
    .sort()
    .map((path) => ({ path, bytes: statSync(join(dir, path)).size }))
}
