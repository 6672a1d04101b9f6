import { rm } from 'node:fs/promises'
import { setPriority } from 'node:os'
import { dirname, join } from 'node:path'
import { MINUTE, SECOND } from '@lumen/model/time'
import { LumenError } from '@lumen/std/error'
import { sleep } from '@lumen/std/sleep'
import { type BackupOrder, backupNewsSchema } from './backup-order.ts'
import type { BackupProgress } from './make-backup.ts'
import { iterate } from './streams.ts'
import { PARTIAL_SUFFIX } from './whole-file.ts'

/** A process that copies says how far it is every few MB; one that says nothing for so long waits for a disk that does not
 * answer. */
const STALL_MS = 15 * MINUTE
/** One in the middle of such a call ends when that does, perhaps never. */
const END_MS = 2 * SECOND

/** Yields to everything that is not as patient. */
const NICE = 10

export const OWN_COMMAND: readonly string[] = [
  process.execPath,
  join(import.meta.dir, 'backup-child-entry.ts'),
]

export interface BackupWatch {
  signal: AbortSignal
  onProgress: (progress: BackupProgress) => void
  /** 15 min. */
  stallMs?: number
}

/** Has a process make a backup. The caller holds the store's files meanwhile.
 * @param command what starts `runBackupChild`
 * @param signal ends it, its partial file too
 * @returns bytes of the file
 * @throws {LumenError} the process's own fault, `backup_stalled`, or `backup_failed` when it just ended */
export async function runBackupProcess(
  command: readonly string[],
  order: BackupOrder,
  { signal, onProgress, stallMs = STALL_MS }: BackupWatch,
): Promise<number> {
  const child = Bun.spawn([...command], { stdin: 'pipe', stdout: 'pipe', stderr: 'pipe' })
  const stop = () => child.kill()
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  const stalled = Promise.withResolvers<never>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const waitForNews = () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      child.kill('SIGKILL')
      const minutes = Math.round(stallMs / MINUTE)
      const message = `The backup was cut off: ${dirname(order.file)} took nothing for ${minutes} min`
      stalled.reject(new LumenError('backup_stalled', message))
    }, stallMs)
  }
  try {
    yieldToOthers(child.pid)
    child.stdin.write(`${JSON.stringify(order)}\n`)
    await child.stdin.flush()
    waitForNews()
    const complaint = new Response(child.stderr).text()
    const outcome = (async () => {
      for await (const line of linesOf(child.stdout)) {
        waitForNews()
        const news = backupNewsSchema.parse(JSON.parse(line))
        if (news.kind === 'progress') onProgress(news)
        else if (news.kind === 'done') return news.bytes
        else throw new LumenError(news.code, news.message)
      }
      const reason = signal.aborted ? 'the hub is stopping' : (await complaint).trim().slice(-500)
      throw new LumenError('backup_failed', `The backup was cut off: ${reason || 'its process ended'}`)
    })()
    return await Promise.race([outcome, stalled.promise])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
    child.stdin.end()
    const isOver = await Promise.race([child.exited.then(() => true), sleep(END_MS).then(() => false)])
    // Where the process hangs this would, too; the next backup deletes it.
    if (isOver) await rm(order.file + PARTIAL_SUFFIX, { force: true })
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
