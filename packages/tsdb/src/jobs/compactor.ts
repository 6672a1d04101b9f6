import { bucketStart, HOUR, MINUTE } from '@lumen/model/time'
import { Backoff } from '@lumen/std/backoff'
import type { Clock } from '@lumen/std/clock'
import { errorCode, errorMessage } from '@lumen/std/error'
import type { Log } from '@lumen/std/log'
import type { ColdClient } from '../cold/client.ts'
import type { ColdLevel } from '../cold/cold-file.ts'
import type { ColdCoverage, ListedFile } from '../cold/listed-file.ts'
import type { HotClient } from '../hot/client.ts'
import { isDamage } from '../hot/damage.ts'
import type { ReplaceKind, SealedDay } from '../hot/messages.ts'
import type { Limits } from '../storage-report.ts'
import type { DeletionClock } from './deletion-clock.ts'
import { type ColdJob, dueJobs } from './due.ts'
import { JobGate } from './job-gate.ts'

interface CompactorParts {
  clock: Clock
  /** By which files are deleted. */
  deletion: DeletionClock
  log: Log
  client: HotClient
  cold: ColdClient
  limits: Readonly<Limits>
  /** Names of all hosts now, by id. */
  hostNames: () => ReadonlyMap<number, string>
  /** Whether a file of about these bytes may be written; for a seal history is given up if need be. Called while no
   * other work on files is under way. */
  hasRoom: (bytes: SealedDay | number) => Promise<boolean>
  /** Told what the cold tier holds whenever that changed. */
  onCoverage: (coverage: ColdCoverage[]) => void
  /** Told of each damaged file that was moved out of the way, in a sentence. */
  onRepair: (name: string, sentence: string) => void
}

/** How often a day is sealed anew because rows of it came meanwhile, before it waits for the next round. */
const SEAL_ATTEMPTS = 3
const FIRST_AFTER_MS = MINUTE
const EVERY_MS = HOUR
/** Rounds are this long after each full hour: a chart of all that the hot tier has to keep, asked for at midnight,
 * must still find minutes at its left edge. */
const PAST_THE_HOUR_MS = 20 * MINUTE

/** Moves days from the hot tier into files and keeps those in order: one job at a time, each a few messages between
 * the worker that makes files and the one that lists them. */
export class Compactor {
  readonly #parts: CompactorParts
  readonly #gate = new JobGate()
  readonly #backoff = new Backoff({ firstMs: 2 * MINUTE, maxMs: EVERY_MS })
  #timer: ReturnType<typeof setTimeout> | undefined
  /** Why the last round ended early, null when it did not. */
  fault: string | null = null

  constructor(parts: CompactorParts) {
    this.#parts = parts
  }

  /** Begins to work by timer. */
  start(): void {
    this.#schedule(FIRST_AFTER_MS)
  }

  /** Does all that is due now. What cannot be done is left for the next time and does not keep the rest.
   * @throws the first thing a job threw */
  async run(): Promise<void> {
    try {
      await this.#round(() => true)
      this.fault = null
      this.#backoff.reset()
    } catch (thrown) {
      if (!this.#gate.isClosed) this.fault = errorMessage(thrown)
      throw thrown
    }
  }

  /** Deletes files that are past retention, and does nothing else. */
  retain(): Promise<void> {
    return this.#round((job) => job.kind === 'retain')
  }

  /** Waits for the job under way; then files and manifest stay as they are until the answer is disposed. */
  holdFiles(): Promise<Disposable> {
    return this.#gate.enter()
  }

  /** As `holdFiles`, at once; null while a job is under way or somebody holds them. */
  tryHoldFiles(): Disposable | null {
    return this.#gate.tryEnter()
  }

  /** Reads every file; what is damaged is moved to quarantine. Other jobs may come between two files. */
  async verify(): Promise<void> {
    const { client, cold } = this.#parts
    const { files } = await this.#gate.run(() => client.call('manifest', null))
    for (const { name } of files) await this.#gate.run(() => this.#verifyFiles([name]))
    await this.#gate.run(async () => {
      await this.#quarantineDamaged()
      cold.rest()
    })
  }

  /** Gives up the job under way; soon, so that closing the store need not wait for it. */
  async close(): Promise<void> {
    clearTimeout(this.#timer)
    this.#gate.close()
    await this.#parts.cold.close()
  }

  /** One job after the other, what is due looked at anew for each; whoever holds the files in between is waited for. */
  async #round(isWanted: (job: ColdJob) => boolean): Promise<void> {
    const begun = new Set<string>()
    const faults: unknown[] = []
    await this.#gate.run(() => this.#quarantineDamaged())
    const step = async (): Promise<boolean> => {
      const next = (await this.#due()).find((job) => isWanted(job) && !begun.has(JSON.stringify(job)))
      if (next === undefined) {
        this.#parts.cold.rest()
        return false
      }
      begun.add(JSON.stringify(next))
      try {
        await this.#do(next)
      } catch (thrown) {
        if (this.#gate.isClosed) throw thrown
        faults.push(thrown)
        // Met by a reader that only reads: the worker that owns hot.db finds it and writes it down.
        if (isDamage(thrown)) await this.#parts.client.call('check', null)
      }
      return true
    }
    while (await this.#gate.run(step));
    if (faults.length > 0) throw faults[0]
  }

  async #due(): Promise<ColdJob[]> {
    const { client, clock, deletion, limits } = this.#parts
    const manifest = await client.call('manifest', null)
    if (manifest.spent.length > 0) await client.call('forgetTombstones', { spent: manifest.spent })
    return dueJobs({ manifest, retention: limits.retention, now: clock.now(), deletionNow: deletion.now() })
  }

  async #do(job: ColdJob): Promise<void> {
    if (!(await this.#hasRoom(job))) return
    switch (job.kind) {
      case 'retain':
        return this.#take(await this.#parts.client.call('unlist', { names: job.names }))
      case 'seal':
        return this.#seal(job)
      case 'rewrite':
        return this.#replace('rewrite', [job.file], job.file.level)
      case 'merge':
        return this.#replace('cold-merge', job.files, 'month')
    }
  }

  /** Without room days stay in the hot tier and files as they are. */
  async #hasRoom(job: ColdJob): Promise<boolean> {
    const { hasRoom } = this.#parts
    if (job.kind === 'retain') return true
    if (job.kind === 'seal') return hasRoom({ entity: job.entity, day: job.day })
    const files = job.kind === 'merge' ? job.files : [job.file]
    return hasRoom(files.reduce((sum, { bytes }) => sum + bytes, 0))
  }

  async #seal({ entity, day, level }: Extract<ColdJob, { kind: 'seal' }>): Promise<void> {
    const { client, cold, clock, hostNames } = this.#parts
    for (let attempt = 0; attempt < SEAL_ATTEMPTS; attempt++) {
      const ticket = await client.call('sealBegin', { entity, day, level })
      const file = await cold.call('seal', { entity, day, level, ticket, hostNames: hostNames() })
      if (file === null) return
      const answer = await client.call('sealCommit', { ticket, file, now: clock.now() })
      this.#take(answer)
      if (answer.outcome === 'committed') return
    }
  }

  /** Files into one, or into none when only deleted hosts were in them. */
  async #replace(kind: ReplaceKind, files: readonly ListedFile[], level: ColdLevel): Promise<void> {
    const { client, cold, clock, hostNames } = this.#parts
    const replaces = files.map(({ name }) => name)
    const begun = await client.call('mergeBegin', { names: replaces, level })
    if (begun === null) return
    const { ticket, sources } = begun
    try {
      const file = await cold.call('merge', { kind, level, ticket, sources, hostNames: hostNames() })
      this.#take(await client.call('mergeCommit', { kind, ticket, file, replaces, now: clock.now() }))
    } catch (thrown) {
      if (errorCode(thrown) !== 'cold_file_damaged') throw thrown
      await this.#verifyFiles(replaces)
    }
  }

  async #verifyFiles(names: readonly string[]): Promise<void> {
    const { client, cold } = this.#parts
    for (const name of names) {
      const file = await client.call('coldFile', { name })
      if (file === null) continue
      const damage = await cold.call('verify', { file })
      if (damage !== null) await this.#quarantine(name, damage)
    }
  }

  /** Files that a read found damaged. */
  async #quarantineDamaged(): Promise<void> {
    for (const { name, damage } of (await this.#parts.client.call('manifest', null)).files) {
      if (damage !== null) await this.#quarantine(name, damage)
    }
  }

  async #quarantine(name: string, reason: string): Promise<void> {
    const { client, clock, onRepair } = this.#parts
    const answer = await client.call('quarantineFile', { name, reason, now: clock.now() })
    this.#take(answer)
    if (answer.outcome === 'committed') onRepair(name, answer.sentence)
  }

  #take({ coverage }: { coverage: ColdCoverage[] }): void {
    this.#parts.onCoverage(coverage)
  }

  #schedule(delay: number): void {
    this.#timer = setTimeout(() => void this.#tick(), delay)
  }

  async #tick(): Promise<void> {
    const { log } = this.#parts
    const wasFailing = this.fault !== null
    try {
      await this.run()
      if (wasFailing) log.info('Compaction works again')
    } catch (thrown) {
      if (!wasFailing && !this.#gate.isClosed) {
        log.warn('Compaction failed in part and is tried again', { error: errorMessage(thrown) })
      }
    }
    if (!this.#gate.isClosed)
      this.#schedule(this.fault === null ? this.#untilNextRound() : this.#backoff.next())
  }

  #untilNextRound(): number {
    const now = this.#parts.clock.now()
    return bucketStart(now - PAST_THE_HOUR_MS, EVERY_MS) + EVERY_MS + PAST_THE_HOUR_MS - now
  }
}
