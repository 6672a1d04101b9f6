import { rmSync, writeSync } from 'node:fs'
import { errorCode, errorMessage } from '@lumen/std/error'
import { type BackupNews, type BackupOrder, backupOrderSchema } from './backup-order.ts'
import { makeBackup } from './make-backup.ts'
import { readPassphraseFile } from './passphrase-file.ts'
import { PARTIAL_SUFFIX, writeWholeFile } from './whole-file.ts'

const PROGRESS_BYTES = 4 * 1024 * 1024

/** A process that makes one backup for the hub that started it and holds its files. A process, not a worker: it may
 * read the databases beside SQLite only where no connection to them is (see SqliteSnapshot), it gives its memory back, and
 * it can be made to yield to everything else.
 * @returns its exit code */
export async function runBackupChild(): Promise<number> {
  const order = await readOrder()
  try {
    let told = 0
    const onProgress = ({ bytes, total }: { bytes: number; total: number }) => {
      if (bytes !== 0 && bytes - told < PROGRESS_BYTES) return
      told = bytes
      tell({ kind: 'progress', bytes, total })
    }
    const { dataDir, passphraseFile, version, madeAt } = order
    const passphrase = passphraseFile === null ? null : readPassphraseFile(passphraseFile)
    const source = makeBackup({ dataDir, passphrase, version, madeAt, onProgress })
    tell({ kind: 'done', bytes: await writeWholeFile(order.file, source) })
    return 0
  } catch (thrown) {
    tell({ kind: 'failed', code: errorCode(thrown) ?? 'backup_failed', message: errorMessage(thrown) })
    return 1
  }
}

/** @throws {Error} on anything else than an order */
async function readOrder(): Promise<BackupOrder> {
  const stdin = Bun.stdin.stream().getReader()
  const decoder = new TextDecoder()
  let text = ''
  while (!text.includes('\n')) {
    const { done, value } = await stdin.read()
    if (done) throw new Error('there was no order on stdin')
    text += decoder.decode(value, { stream: true })
  }
  const order = backupOrderSchema.parse(JSON.parse(text))
  // the hub is gone, and with it the hold on its files
  void stdin.read().then(() => {
    rmSync(order.file + PARTIAL_SUFFIX, { force: true })
    process.exit(1)
  })
  return order
}

function tell(news: BackupNews): void {
  writeSync(1, `${JSON.stringify(news)}\n`)
}
