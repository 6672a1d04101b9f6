import { resolve } from 'node:path'
import { isBackupEncrypted } from '@lumen/hub/backup/read-backup'
import { restoreBackup } from '@lumen/hub/backup/restore-backup'
import { verifyBackup } from '@lumen/hub/backup/verify-backup'
import { errorCode } from '@lumen/std/error'
import type { Settings } from '../cli/options.ts'
import { asRefusal, EXIT, UsageError } from '../cli/refusal.ts'
import { knownPassphrase } from '../passphrase.ts'

/** What somebody can change outside the backup; the rest is wrong with the file. */
const REFUSED = [
  'data_dir_in_use',
  'data_dir_unwritable',
  'data_exists',
  'data_dir_split',
  'disk_full',
  'backup_too_new',
  'passphrase_missing',
]

/** `lumen restore FILE`: puts a backup in place of the data directory's content, all of it or nothing. */
export async function restore(operands: readonly string[], settings: Settings): Promise<number> {
  const [file, ...more] = operands
  if (file === undefined) throw new UsageError('Which backup? Write lumen restore FILE.')
  if (more.length > 0) throw new UsageError('lumen restore takes one file.')
  const path = resolve(file)
  const dataDir = resolve(settings.data)
  try {
    const passphrase = (await isBackupEncrypted(path)) ? await knownPassphrase(settings, path) : null
    if (settings['verify-only'] === true) {
      const { files, made_at, lumen } = await verifyBackup(path, passphrase)
      say(`${file} is whole: ${files.length} files of ${when(made_at)}, made by Lumen ${lumen}`)
      return EXIT.done
    }
    const { made_at } = await restoreBackup({
      file: path,
      dataDir,
      passphrase,
      replaces: settings.force === true,
    })
    say(`${dataDir} holds the data of ${when(made_at)}; start the hub on it`)
    return EXIT.done
  } catch (fault) {
    throw REFUSED.includes(errorCode(fault) ?? '') ? asRefusal(fault) : fault
  }
}

function say(text: string): void {
  process.stderr.write(`${text}\n`)
}

function when(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+/, '')
}
