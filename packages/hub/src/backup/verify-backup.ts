import { LumenError } from '@lumen/std/error'
import { SCHEMA_VERSION as HOT_VERSION } from '@lumen/tsdb/hot/schema'
import { SCHEMA_VERSION as CONTROL_VERSION } from '../control-db/schema.ts'
import { CONTROL_DB, HOT_DB, type Manifest } from './manifest.ts'
import { readBackup } from './read-backup.ts'

const KNOWN_SCHEMAS: Readonly<Record<string, number>> = {
  [CONTROL_DB]: CONTROL_VERSION,
  [HOT_DB]: HOT_VERSION,
}

/** Reads all of a backup and answers what it holds. Changes nothing.
 * @param accept may refuse it for what the manifest says, before the rest is read
 * @throws {LumenError} what readBackup throws, and `backup_too_new` when this program cannot use its databases */
export async function verifyBackup(
  path: string,
  passphrase: string | null,
  accept: (manifest: Manifest) => void = () => undefined,
): Promise<Manifest> {
  let found: Manifest | undefined
  for await (const part of readBackup(path, passphrase)) {
    if (part.kind !== 'manifest') continue
    found = part.manifest
    refuseNewer(found)
    accept(found)
  }
  return found!
}

function refuseNewer({ schemas, lumen }: Manifest): void {
  for (const [file, version] of Object.entries(schemas)) {
    const known = KNOWN_SCHEMAS[file]
    if (known === undefined || version <= known) continue
    throw new LumenError(
      'backup_too_new',
      `The backup was made by Lumen ${lumen}: its ${file} has format ${version}, this program knows up to ${known}. Restore it with that version`,
    )
  }
}
