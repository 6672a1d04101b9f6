import { readPassphraseFile } from '@lumen/hub/backup/passphrase-file'
import type { Settings } from './cli/options.ts'
import { asRefusal, Refusal } from './cli/refusal.ts'
import { askSilently, askTwice } from './read-password.ts'

/** The passphrase for a new backup: from --passphrase-file, or asked for with --encrypt. Null: not encrypted.
 * @throws {Refusal} `passphrase_file_bad`, `passphrase_missing` */
export async function newPassphrase(
  settings: Pick<Settings, 'passphrase-file' | 'encrypt'>,
): Promise<string | null> {
  if (settings['passphrase-file'] !== undefined) return fromFile(settings['passphrase-file'])
  if (settings.encrypt !== true) return null
  if (!process.stdin.isTTY) throw missing('--encrypt asks at a terminal, and there is none')
  return nonEmpty(await askTwice('Passphrase for the backup: '))
}

/** The passphrase of a backup that is there.
 * @throws {Refusal} `passphrase_file_bad`, `passphrase_missing` */
export async function knownPassphrase(
  settings: Pick<Settings, 'passphrase-file'>,
  file: string,
): Promise<string> {
  if (settings['passphrase-file'] !== undefined) return fromFile(settings['passphrase-file'])
  if (!process.stdin.isTTY) throw missing(`${file} is encrypted`)
  return nonEmpty(await askSilently(`Passphrase of ${file}: `))
}

function fromFile(path: string): string {
  try {
    return readPassphraseFile(path)
  } catch (fault) {
    throw asRefusal(fault)
  }
}

function nonEmpty(passphrase: string): string {
  if (passphrase === '') throw missing('The passphrase is empty')
  return passphrase
}

function missing(why: string): Refusal {
  return new Refusal(
    'passphrase_missing',
    `${why}: name the file that holds the passphrase with --passphrase-file`,
  )
}
