import { rm } from 'node:fs/promises'
import { setPriority } from 'node:os'
import { join } from 'node:path'
import { LumenError } from '@lumen/std/error'
import { type BackupOrder, backupNewsSchema } from './backup-order.ts'
import type { BackupProgress } from './make-backup.ts'
import { iterate } from './streams.ts'
import { PARTIAL_SUFFIX } from './whole-file.ts'

/** Yields to everything that is not as patient. */
const NICE = 10

export const OWN_COMMAND: readonly string[] = [
  process.execPath,
  join(import.meta.dir, 'backup-child-entry.ts'),
]

/** Has a process make a backup. The caller holds the store's files meanwhile.
 * @param command what starts `runBackupChild`
 * @param signal ends it, its partial file too
 * @returns bytes of the file
 * @throws {LumenError} the process's own fault, or `backup_failed` when it just ended */
export async function runBackupProcess(
  command: readonly string[],
  order: BackupOrder,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (progress: BackupProgress) => void },
): Promise<number> {
  const child = Bun.spawn([...command], { stdin: 'pipe', stdout: 'pipe', stderr: 'pipe' })
  const stop = () => child.kill()
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  try {
    yieldToOthers(child.pid)
    child.stdin.write(`${JSON.stringify(order)}\n`)
    await child.stdin.flush()
    const complaint = new Response(child.stderr).text()
    for await (const line of linesOf(child.stdout)) {
      const news = backupNewsSchema.parse(JSON.parse(line))
      if (news.kind === 'progress') onProgress(news)
      else if (news.kind === 'done') return news.bytes
      else throw new LumenError(news.code, news.message)
    }
    const reason = signal.aborted ? 'the hub is stopping' : (await complaint).trim().slice(-500)
    throw new LumenError('backup_failed', `The backup was cut off: ${reason || 'its process ended'}`)
  } finally {
    signal.removeEventListener('abort', stop)
    child.stdin.end()
    await child.exited
    await rm(order.file + PARTIAL_SUFFIX, { force: true })
  }
}

function yieldToOthers(pid: number): void {
  try {
    setPriority(pid, NICE)
  } catch {
    // it is over already, or the machine does not let it: the backup is made all the same
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of iterate(stream)) {
    text += decoder.decode(chunk, { stream: true })
    const lines = text.split('\n')
    text = lines.pop() ?? ''
    yield* lines
  }
}
