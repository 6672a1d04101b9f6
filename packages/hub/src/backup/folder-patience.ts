import { Refusal } from '../refusal.ts'

const PATIENCE_MS = 30_000

/** Asks folders that may be on another machine, whose file system may not answer for ever. Whoever waits is told after a
 * while; what was asked goes on, and until it ends the same folder is not asked anything else, since each call that hangs
 * keeps one of the few threads the process has for files. */
export class FolderPatience {
  readonly #patienceMs: number
  readonly #hung = new Set<string>()

  constructor(patienceMs = PATIENCE_MS) {
    this.#patienceMs = patienceMs
  }

  /** @throws {Refusal} 400 `backup_directory_hung`; what `work` throws */
  async ask<T>(directory: string, work: () => Promise<T>): Promise<T> {
    if (this.#hung.has(directory)) throw hungFault(directory)
    let timer: ReturnType<typeof setTimeout> | undefined
    const answer = work()
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        this.#hung.add(directory)
        answer.catch(() => undefined).finally(() => this.#hung.delete(directory))
        reject(hungFault(directory))
      }, this.#patienceMs)
    })
    try {
      return await Promise.race([answer, late])
    } finally {
      clearTimeout(timer)
    }
  }
}

function hungFault(directory: string): Refusal {
  return new Refusal(
    400,
    'backup_directory_hung',
    `The backup directory ${directory} does not answer: is the machine or disk it lies on there?`,
    { errors: [{ path: 'backups.directory', message: 'does not answer' }] },
  )
}
