import { HOUR, MINUTE } from '@lumen/model/time'
import type { BackupsAnswer } from '@lumen/protocol/http/backups'
import type { BackupSchedule } from '@lumen/protocol/http/settings'
import type { Clock } from '@lumen/std/clock'
import { errorCode, errorMessage } from '@lumen/std/error'
import { every } from '@lumen/std/every'
import type { Log } from '@lumen/std/log'
import { Refusal } from '../refusal.ts'
import { prepareBackupFolder } from './backup-folder.ts'
import type { BackupOrder } from './backup-order.ts'
import { FolderPatience } from './folder-patience.ts'
import type { BackupProgress } from './make-backup.ts'
import { type OwnBackup, OwnBackups } from './own-backups.ts'

export interface BackupKeeperParts {
  dataDir: string
  hubId: string
  version: string
  passphraseFile: string | null
  schedule(): BackupSchedule
  /** Keeps the store's cold files as they are until disposed. */
  holdFiles(): Promise<Disposable>
  /** Makes the file. @returns its bytes */
  copy(
    order: BackupOrder,
    how: { signal: AbortSignal; onProgress: (progress: BackupProgress) => void },
  ): Promise<number>
  /** Where the folder's file system may hang. */
  patience?: FolderPatience
  clock: Clock
  log: Log
}

/** What is in the folder. */
interface Look {
  backups: OwnBackup[]
  fault: string | null
  /** Nobody knows what is there. */
  isHung?: boolean
}

/** After a failure, whatever the schedule says. */
const RETRY_MS = HOUR

/** Makes the backups that are scheduled. When the next is due follows from the newest of the hub's own files, so a restart does
 * not shift it and downtime leaves one to catch up with, not many. */
export class BackupKeeper implements AsyncDisposable {
  readonly #parts: BackupKeeperParts
  readonly #patience: FolderPatience
  readonly #stop = new AbortController()
  #timer: Disposable | undefined
  #isLooking = false
  #running: { progress: BackupProgress; done: Promise<void> } | undefined
  #fault: { text: string; at: number; directory: string } | undefined

  constructor(parts: BackupKeeperParts) {
    this.#parts = parts
    this.#patience = parts.patience ?? new FolderPatience()
  }

  start(): void {
    this.#timer = every(MINUTE, () => void this.tick())
  }

  /** Begins a backup if one is due and none is under way. A look that takes long (a folder on another machine) skips
   * the next. */
  async tick(): Promise<void> {
    if (this.#isLooking || this.#running !== undefined) return
    this.#isLooking = true
    try {
      const look = await this.#look()
      if (look.isHung) return
      const nextAt = this.#nextAt(look)
      const isDue = nextAt !== null && nextAt <= this.#parts.clock.now()
      if (isDue && this.#running === undefined && !this.#stop.signal.aborted) this.#begin()
    } finally {
      this.#isLooking = false
    }
  }

  /** @throws {Refusal} 409 `backup_not_scheduled`, `backup_running` */
  makeNow(): void {
    if (this.#parts.schedule().directory === null) {
      throw new Refusal(
        409,
        'backup_not_scheduled',
        'There is no backup directory: choose one in the settings first',
      )
    }
    if (this.#running !== undefined)
      throw new Refusal(409, 'backup_running', 'A backup is being made already')
    this.#begin()
  }

  async wire(): Promise<BackupsAnswer> {
    const { backups, fault } = await this.#look()
    return {
      backups: backups.map(({ file, bytes, madeAt, isEncrypted }) => ({
        ...{ file, bytes },
        made_at: madeAt,
        is_encrypted: isEncrypted,
      })),
      next_at: this.#nextAt({ backups }),
      running: this.#running === undefined ? null : { ...this.#running.progress },
      fault: this.#currentFault()?.text ?? fault,
      is_encrypted: this.#parts.passphraseFile !== null,
    }
  }

  /** Resolves when the backup under way, if any, has ended. */
  async settled(): Promise<void> {
    await this.#running?.done
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#timer?.[Symbol.dispose]()
    this.#stop.abort()
    await this.settled()
  }

  #begin(): void {
    const progress: BackupProgress = { bytes: 0, total: 0 }
    const done = this.#make(progress).finally(() => {
      this.#running = undefined
    })
    this.#running = { progress, done }
  }

  async #make(progress: BackupProgress): Promise<void> {
    const { dataDir, hubId, version, passphraseFile, schedule, holdFiles, copy, clock, log } = this.#parts
    const { directory, keep } = schedule()
    if (directory === null) return
    const startedAt = clock.monotonic()
    try {
      const ask = <T>(work: () => Promise<T>) => this.#patience.ask(directory, work)
      await ask(() => prepareBackupFolder(directory, dataDir))
      const own = new OwnBackups(directory, hubId)
      const madeAt = clock.now()
      const file = await ask(() => own.begin(madeAt, passphraseFile !== null))
      using _held = await holdFiles()
      const bytes = await copy(
        { dataDir, file, passphraseFile, version, madeAt },
        { signal: this.#stop.signal, onProgress: (told) => Object.assign(progress, told) },
      )
      await ask(() => own.keepNewest(keep))
      this.#fault = undefined
      log.info('backup made', { file, bytes, took_ms: Math.round(clock.monotonic() - startedAt) })
    } catch (thrown) {
      if (this.#stop.signal.aborted) return
      this.#fault = { text: errorMessage(thrown), at: clock.now(), directory }
      log.error('backup failed, tried again in an hour', { fault: this.#fault.text })
    }
  }

  #nextAt({ backups }: Pick<Look, 'backups'>): number | null {
    const { directory, every_hours } = this.#parts.schedule()
    if (directory === null) return null
    const now = this.#parts.clock.now()
    // one from a clock that was ahead must not keep others away until then
    const newest = backups.find(({ madeAt }) => madeAt <= now)
    const due = newest === undefined ? now : newest.madeAt + every_hours * HOUR
    const fault = this.#currentFault()
    return fault === undefined ? due : Math.max(due, fault.at + RETRY_MS)
  }

  /** Of the directory in force; none after it was changed. */
  #currentFault() {
    return this.#fault?.directory === this.#parts.schedule().directory ? this.#fault : undefined
  }

  async #look(): Promise<Look> {
    const { directory } = this.#parts.schedule()
    if (directory === null) return { backups: [], fault: null }
    try {
      const own = new OwnBackups(directory, this.#parts.hubId)
      return { backups: await this.#patience.ask(directory, () => own.list()), fault: null }
    } catch (thrown) {
      if (errorCode(thrown) === 'backup_directory_hung') {
        return { backups: [], fault: errorMessage(thrown), isHung: true }
      }
      return { backups: [], fault: `The backup directory cannot be read: ${errorMessage(thrown)}` }
    }
  }
}
