import { constants } from 'node:fs'
import { open, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '@lumen/std/error'
import { maybeJson } from '@lumen/std/maybe-json'
import { z } from 'zod'
import { PARTIAL_SUFFIX } from './whole-file.ts'

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants
/** A year of backups every hour. */
const MAX_LIST_BYTES = 1024 * 1024
/** Nothing there, or a link (open(2), O_NOFOLLOW). */
const NO_LIST = new Set(['ENOENT', 'ELOOP'])

const NAME = /^lumen-backup-\d{8}T\d{6}Z\.tar\.zst(\.age)?$/

const recordSchema = z.object({
  file: z.string().regex(NAME),
  made_at: z.int(),
  /** Null: begun, and perhaps finished since. */
  bytes: z.int().nullable(),
})
const listSchema = z.object({ backups: z.array(recordSchema) })
type BackupRecord = z.infer<typeof recordSchema>

export interface OwnBackup {
  file: string
  bytes: number
  /** Epoch ms. */
  madeAt: number
  isEncrypted: boolean
}

/** The backups one hub made in a folder. Which they are is written in `lumen-backups-<hub id>.json` there: an encrypted file
 * does not say whose it is, and other hubs, or people, may keep files of the same form in the same folder. A file that is
 * not listed, or has another size than what was written, is not touched. Nothing here waits for the disk on the
 * caller's thread: such folders are often on another machine. */
export class OwnBackups {
  readonly #dir: string
  readonly #listPath: string

  constructor(dir: string, hubId: string) {
    this.#dir = dir
    this.#listPath = join(dir, `lumen-backups-${hubId}.json`)
  }

  /** Those that are there, newest first.
   * @throws the file system's fault when the list cannot be read */
  async list(): Promise<OwnBackup[]> {
    const found: OwnBackup[] = []
    for (const { file, made_at, bytes } of await this.#records()) {
      const size = await sizeOf(join(this.#dir, file))
      if (size === undefined || (bytes !== null && bytes !== size)) continue
      found.push({ file, bytes: size, madeAt: made_at, isEncrypted: file.endsWith('.age') })
    }
    return found.sort((a, b) => b.madeAt - a.madeAt)
  }

  /** Claims the name of a backup before it is made, so that it is this hub's even if the hub dies right after.
   * @returns its path */
  async begin(madeAt: number, isEncrypted: boolean): Promise<string> {
    await this.#removeUnfinished()
    let at = madeAt
    while ((await sizeOf(join(this.#dir, nameOf(at, isEncrypted)))) !== undefined) at += 1_000
    const file = nameOf(at, isEncrypted)
    await this.#write([...recordsOf(await this.list()), { file, made_at: madeAt, bytes: null }])
    return join(this.#dir, file)
  }

  /** Deletes the oldest of the hub's own files until `keep` are left. */
  async keepNewest(keep: number): Promise<void> {
    const listed = await this.list()
    for (const { file } of listed.slice(keep)) await rm(join(this.#dir, file), { force: true })
    await this.#write(recordsOf(listed.slice(0, keep)))
  }

  /** What a hub that died left half written. */
  async #removeUnfinished(): Promise<void> {
    for (const { file, bytes } of await this.#records()) {
      if (bytes === null) await rm(join(this.#dir, file + PARTIAL_SUFFIX), { force: true })
    }
  }

  /** None where the list is no small plain file: others may write to such folders, and neither a pipe nor a link to
   * something endless may hold up the hub. The next list takes its place. */
  async #records(): Promise<BackupRecord[]> {
    let text: string
    try {
      await using file = await open(this.#listPath, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
      const found = await file.stat()
      if (!found.isFile() || found.size > MAX_LIST_BYTES) return []
      text = await file.readFile('utf8')
    } catch (fault) {
      if (NO_LIST.has(errorCode(fault) ?? '')) return []
      throw fault
    }
    // What is no JSON names nothing, and nothing is deleted.
    const parsed = listSchema.safeParse(maybeJson(text))
    return parsed.success ? parsed.data.backups : []
  }

  async #write(records: readonly BackupRecord[]): Promise<void> {
    const fresh = `${this.#listPath}.tmp`
    await rm(fresh, { force: true })
    {
      await using file = await open(fresh, 'wx', 0o600)
      await file.writeFile(`${JSON.stringify({ backups: records }, null, 1)}\n`)
      await file.sync()
    }
    await rename(fresh, this.#listPath)
  }
}

function recordsOf(backups: readonly OwnBackup[]): BackupRecord[] {
  return backups.map(({ file, bytes, madeAt }) => ({ file, made_at: madeAt, bytes }))
}

/** `lumen-backup-20261124T031500Z.tar.zst`, with `.age` when it is encrypted. */
function nameOf(ms: number, isEncrypted: boolean): string {
  const time = new Date(ms).toISOString().replace(/\.\d+/, '').replace(/[-:]/g, '')
  return `lumen-backup-${time}.tar.zst${isEncrypted ? '.age' : ''}`
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    const found = await stat(path)
    return found.isFile() ? found.size : undefined
  } catch (fault) {
    if (errorCode(fault) === 'ENOENT') return undefined
    throw fault
  }
}
