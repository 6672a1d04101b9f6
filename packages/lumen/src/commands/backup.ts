import { resolve } from 'node:path'
import { holdData } from '@lumen/hub/backup/hold-data'
import { type BackupProgress, makeBackup } from '@lumen/hub/backup/make-backup'
import { refuseExisting, writeWholeFile } from '@lumen/hub/backup/whole-file'
import type { Settings } from '../cli/options.ts'
import { asRefusal, EXIT, UsageError } from '../cli/refusal.ts'
import { newPassphrase } from '../passphrase.ts'
import { Progress } from '../progress.ts'
import { VERSION } from '../version.ts'

/** `lumen backup FILE`: a copy of all the hub keeps, beside a running hub or of a stopped one; `-` is stdout. This
 * process reads the data itself and asks a running hub only to keep its files meanwhile. */
export async function backup(operands: readonly string[], settings: Settings): Promise<number> {
  const file = fileOf(operands)
  const dataDir = resolve(settings.data)
  if (file !== null) refuse(() => refuseExisting(file, settings.force === true))
  const passphrase = await newPassphrase(settings)
  await using hold = await holdData(dataDir).catch((fault: unknown) => {
    throw asRefusal(fault)
  })
  const progress = new Progress('copied')
  const onProgress = ({ bytes, total }: BackupProgress) => {
    hold.check()
    progress.tell(bytes, total)
  }
  const source = makeBackup({ dataDir, passphrase, version: VERSION, madeAt: Date.now(), onProgress })
  const bytes =
    file === null
      ? await toStdout(source)
      : await writeWholeFile(
          file,
          checked(source, () => hold.check()),
          { replaces: settings.force === true },
        )
  progress.end(`backup ${file ?? 'written to stdout'}`, bytes)
  if (passphrase === null) process.stderr.write(`${WITHOUT_KEY}\n`)
  return EXIT.done
}

const WITHOUT_KEY =
  'It is not encrypted, so secret.key is not in it: restored elsewhere, passwords and tokens of channels and connections must be entered anew. --encrypt puts it in'

/** The path, or null for stdout. */
function fileOf([file, ...more]: readonly string[]): string | null {
  if (file === undefined)
    throw new UsageError('Where to? Write lumen backup FILE, or lumen backup - for stdout.')
  if (more.length > 0) throw new UsageError('lumen backup takes one file.')
  if (file !== '-') return resolve(file)
  if (process.stdout.isTTY)
    throw new UsageError('A backup is not for a terminal: write it into a file or a pipe.')
  return null
}

/** The end of a copy counts only if the hub held its files until then. */
async function* checked(source: AsyncIterable<Uint8Array>, check: () => void): AsyncGenerator<Uint8Array> {
  yield* source
  check()
}

async function toStdout(source: AsyncIterable<Uint8Array>): Promise<number> {
  const stdout = Bun.stdout.writer()
  let bytes = 0
  for await (const chunk of source) {
    stdout.write(chunk)
    await stdout.flush()
    bytes += chunk.length
  }
  await stdout.end()
  return bytes
}

function refuse(check: () => void): void {
  try {
    check()
  } catch (fault) {
    throw asRefusal(fault)
  }
}
