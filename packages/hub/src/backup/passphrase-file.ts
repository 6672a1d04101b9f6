import { readFileSync } from 'node:fs'
import { errorMessage, LumenError } from '@lumen/std/error'

/** The passphrase in a file: its first line.
 * @throws {LumenError} `passphrase_file_bad` */
export function readPassphraseFile(path: string): string {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new LumenError(
      'passphrase_file_bad',
      `Cannot read the passphrase from ${path}: ${errorMessage(cause)}`,
      {
        cause,
      },
    )
  }
  const line = text.split(/\r?\n/, 1)[0] ?? ''
  if (line === '')
    throw new LumenError(
      'passphrase_file_bad',
      `The first line of ${path} is empty: it must be the passphrase`,
    )
  return line
}
