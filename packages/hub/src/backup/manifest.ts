import { LumenError } from '@lumen/std/error'
import { z } from 'zod'
import { SECRET_KEY_BYTES, SECRET_KEY_FILE } from '../secrets/secret-box.ts'

/** Rises when older programs could no longer restore the file. */
export const BACKUP_FORMAT = 1

export const MANIFEST_FILE = 'manifest.json'
export const SUMS_FILE = 'SHA256SUMS'
export const CONTROL_DB = 'control.db'
export const HOT_DB = 'tsdb/hot.db'
export const COLD_FOLDER = 'tsdb/cold'
/** What secrets in control.db are sealed with (secrets/secret-box.ts): in encrypted backups only. */
export const SECRET_KEY = SECRET_KEY_FILE

/** Everything a backup may hold, so that nothing in it can lead out of the data directory. */
const COLD_PATH = /^tsdb\/cold\/[a-z0-9_]{1,40}\/[0-9A-Za-z_-]{1,80}\.parquet$/

const fileSchema = z.object({
  path: z.string().refine(isDataPath, 'is no path of a data directory'),
  bytes: z.int().min(0),
})

const manifestSchema = z.object({
  format: z.literal(BACKUP_FORMAT),
  /** Version of the program that made it. */
  lumen: z.string().max(100),
  /** The instant it shows, epoch ms. */
  made_at: z.int(),
  /** Which hub's data it is; null when the hub never needed a name. */
  hub: z.string().max(100).nullable(),
  /** `user_version` of each database. */
  schemas: z.record(z.string(), z.int()),
  /** In the order they follow. */
  files: z.array(fileSchema),
})
export type Manifest = z.infer<typeof manifestSchema>

export function isDataPath(path: string): boolean {
  return path === CONTROL_DB || path === HOT_DB || path === SECRET_KEY || COLD_PATH.test(path)
}

export function encodeManifest(manifest: Manifest): Uint8Array {
  return Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`, 'utf8')
}

/** @throws {LumenError} `backup_too_new`, `backup_damaged` */
export function parseManifest(bytes: Uint8Array): Manifest {
  const json = jsonOf(bytes)
  const format = z.object({ format: z.int() }).safeParse(json)
  if (format.success && format.data.format > BACKUP_FORMAT) {
    throw new LumenError(
      'backup_too_new',
      `The backup has format ${format.data.format}, this program knows up to ${BACKUP_FORMAT}: restore it with the newer Lumen that made it`,
    )
  }
  const manifest = manifestSchema.safeParse(json)
  if (!manifest.success) throw damaged(`its manifest is invalid (${manifest.error.issues[0]?.message})`)
  const paths = manifest.data.files.map(({ path }) => path)
  if (new Set(paths).size !== paths.length) throw damaged('its manifest names a file twice')
  if (manifest.data.files.some(({ path, bytes }) => path === SECRET_KEY && bytes !== SECRET_KEY_BYTES)) {
    throw damaged(`its ${SECRET_KEY} is no key`)
  }
  if (!paths.includes(CONTROL_DB)) throw damaged(`it holds no ${CONTROL_DB}`)
  return manifest.data
}

/** The fault every check of a backup's content ends in. */
export function damaged(why: string, cause?: unknown): LumenError {
  return new LumenError(
    'backup_damaged',
    `The backup is damaged or incomplete: ${why}. Nothing was changed; use another backup`,
    cause === undefined ? undefined : { cause },
  )
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw damaged('its manifest cannot be read', cause)
  }
}
