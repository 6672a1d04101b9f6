import type { Database } from 'bun:sqlite'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { EntityName } from '@lumen/model/catalog'
import { DAY, type TimeRange } from '@lumen/model/time'
import type { ColdFile, ColdLevel } from '../cold/cold-file.ts'
import { COLD_FOLDER, UNFINISHED_SUFFIX } from '../cold/cold-folder.ts'
import type { ColdTier } from '../cold/cold-tier.ts'
import { coldFileName } from '../cold/file/cold-file-meta.ts'
import { coldPath } from '../cold/file/cold-path.ts'
import { firstDelivered } from '../cold/first-delivered.ts'
import { coverageOf } from '../cold/listed-file.ts'
import { repairColdFolder } from '../cold/repair.ts'
import { setAside } from '../cold/set-aside.ts'
import type { FaultInjector } from '../fault-point.ts'
import type { DayTables } from './day-tables.ts'
import { adoptHostFirst } from './host-first.ts'
import { isFull } from './is-full.ts'
import type { FileTicket, Manifest } from './manifest.ts'
import type {
  CommitAnswer,
  FlushRequest,
  MergeBeginRequest,
  MergeCommitRequest,
  MergeSource,
  QuarantineAnswer,
  SealBeginRequest,
  SealCommitRequest,
} from './messages.ts'
import { SealWatch } from './seal-watch.ts'
import { STAGED_TABLE } from './staged.ts'
import { commitsOf, inTransaction } from './transaction.ts'

interface Parts {
  dir: string
  db: Database
  manifest: Manifest
  days: DayTables
  cold: ColdTier
  faults: FaultInjector
}

/** Changes of which cold files count: each one transaction, and nothing on disk is deleted before it. */
export class ColdCommits {
  readonly #parts: Parts
  #watch: SealWatch | null = null
  /** Where the last file begun was to be. */
  #begun: string | null = null
  /** Transactions there had been when the listing of that file failed, and may yet be found in the log. */
  #doubtfulSince: number | null = null

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Makes manifest and folder agree; answers what was found wrong, one sentence each. */
  repair(now: number): string[] {
    const { dir, db, manifest } = this.#parts
    const { remove, adopt, missing, repairs } = repairColdFolder(dir, manifest, now)
    if (remove.length === 0 && adopt.length === 0 && !manifest.isNew) return repairs
    try {
      inTransaction(db, () => {
        if (remove.length > 0) manifest.change({ remove })
        manifest.settle(adopt, now)
        manifest.noteMissing(
          missing,
          adopt.map(({ file }) => file.name),
        )
        adoptHostFirst(
          db,
          firstDelivered(
            join(dir, COLD_FOLDER),
            adopt.map(({ file }) => file),
          ),
        )
      })
    } finally {
      this.reload()
    }
    return repairs
  }

  /** From now on it is watched whether the day's rows change. */
  sealBegin({ entity, day, level }: SealBeginRequest): FileTicket {
    const span = { from: day, to: day + DAY }
    const ticket = this.#begin(entity, level, span)
    this.#watch = new SealWatch(ticket.fileId, entity, span)
    return ticket
  }

  /** To be told of every flush that was committed. */
  noteFlush(request: FlushRequest): void {
    this.#watch?.noteFlush(request)
  }

  /** To be told when rows went in another way than by a seal. */
  noteDeletion(): void {
    this.#watch?.noteDeletion()
  }

  /** Lists the file and drops the rows it was made of. */
  sealCommit({ ticket, file, now }: SealCommitRequest): CommitAnswer {
    const { db, manifest, days, faults } = this.#parts
    const watch = this.#watch
    this.#watch = null
    if (watch === null || watch.fileId !== ticket.fileId || watch.isDirty) return this.#stale(file)
    const { entity, minutes } = watch
    this.#change(file, () => {
      manifest.change({ add: [listed(file, ticket, now)] })
      days.clear(entity, minutes)
      db.run(`DELETE FROM ${STAGED_TABLE} WHERE entity = ? AND minute >= ? AND minute < ?`, [
        entity,
        ...minutes,
      ])
      faults.reach('seal.before-commit')
    })
    faults.reach('seal.after-commit')
    return this.#committed()
  }

  coldFile(name: string): ColdFile | null {
    const { manifest, cold } = this.#parts
    const file = manifest.find(name)
    return file === undefined || cold.damageOf(name) !== null
      ? null
      : { ...file, index: manifest.indexOf(name) }
  }

  mergeBegin({ names, level }: MergeBeginRequest): { ticket: FileTicket; sources: MergeSource[] } | null {
    const { manifest, cold } = this.#parts
    const sources: MergeSource[] = []
    for (const name of names) {
      const listed = manifest.find(name)
      const deleted = listed === undefined ? [] : cold.deletedIn(listed)
      const file = this.coldFile(name)
      if (file === null) return null
      sources.push({ file, deleted })
    }
    const spans = sources.map(({ file }) => file.span)
    const [first] = sources
    if (first === undefined) return null
    const span = {
      from: Math.min(...spans.map(({ from }) => from)),
      to: Math.max(...spans.map(({ to }) => to)),
    }
    return { ticket: this.#begin(first.file.entity, level, span), sources }
  }

  /** Lists the file in place of those it was made of, then deletes them. */
  mergeCommit({ kind, ticket, file, replaces, now }: MergeCommitRequest): CommitAnswer {
    const { manifest, cold, faults } = this.#parts
    const isWhole = replaces.every(
      (name) => manifest.find(name) !== undefined && cold.damageOf(name) === null,
    )
    if (!isWhole) return this.#stale(file)
    const paths = this.#pathsOf(replaces)
    this.#change(file, () => {
      manifest.change({ remove: replaces, add: file === null ? [] : [listed(file, ticket, now)] })
      faults.reach(`${kind}.before-commit`)
    })
    faults.reach(`${kind}.after-commit`)
    this.#unlink(paths, () => faults.reach(`${kind}.mid-unlink`))
    return this.#committed()
  }

  /** @param also done in the same transaction */
  unlist(names: readonly string[], also: () => void = () => undefined): CommitAnswer {
    const { manifest, faults } = this.#parts
    const paths = this.#pathsOf(names)
    this.#change(null, () => {
      manifest.change({ remove: [...paths.keys()] })
      also()
      faults.reach('cold-retain.before-commit')
    })
    faults.reach('cold-retain.after-commit')
    this.#unlink(paths, () => faults.reach('cold-retain.mid-unlink'))
    return this.#committed()
  }

  forgetTombstones(spent: readonly [host: number, commitNo: number][]): void {
    this.#change(null, () => this.#parts.manifest.forgetTombstones(spent))
  }

  /** Moves it first: unlisted and still in its place, the next open would take it for one that was replaced. */
  quarantineFile(name: string, reason: string, now: number): QuarantineAnswer {
    const { dir, manifest, cold, faults } = this.#parts
    const file = manifest.find(name)
    if (file === undefined) return { ...this.#committed(), outcome: 'stale', sentence: '' }
    const sentence = setAside(dir, file, reason, now)
    faults.reach('quarantine.moved')
    this.#change(null, () => manifest.change({ remove: [name] }))
    cold.forget(name)
    return { ...this.#committed(), sentence }
  }

  /** Within a transaction of the caller's, who calls `reload` after it. */
  bury(host: number): void {
    this.noteDeletion()
    this.#parts.manifest.bury(host)
  }

  reload(): void {
    this.#parts.manifest.load()
  }

  /** Also deletes what the last attempt left, should it have ended without a commit. */
  #begin(entity: EntityName, level: ColdLevel, span: TimeRange): FileTicket {
    const { db, manifest } = this.#parts
    const begun = this.#begun
    const isDoubtful = this.#doubtfulSince === commitsOf(db)
    if (
      begun !== null &&
      !isDoubtful &&
      !manifest.files().some((file) => coldPath(COLD_FOLDER, file) === begun)
    ) {
      this.#remove(begun)
      this.#remove(`${begun}${UNFINISHED_SUFFIX}`)
    }
    this.#doubtfulSince = null
    const ticket = manifest.ticket()
    this.#begun = coldPath(COLD_FOLDER, { entity, name: coldFileName({ id: ticket.fileId, level, span }) })
    return ticket
  }

  /** All of it or, with the new file gone again, nothing. A commit that failed otherwise than for lack of room may be
   * on the disk all the same, for a crash to bring back: the file stays until a later one tells. */
  #change(file: ColdFile | null, work: () => void): void {
    const { db } = this.#parts
    let isReady = false
    try {
      inTransaction(db, () => {
        work()
        isReady = true
      })
      // Whatever comes of reading the list again: it is on it.
      if (file !== null) this.#begun = null
    } catch (thrown) {
      if (isReady && !isFull(thrown)) this.#doubtfulSince = commitsOf(db)
      else if (file !== null) this.#remove(coldPath(COLD_FOLDER, file))
      throw thrown
    } finally {
      this.reload()
    }
  }

  #stale(file: ColdFile | null): CommitAnswer {
    if (file !== null) this.#remove(coldPath(COLD_FOLDER, file))
    return { ...this.#committed(), outcome: 'stale' }
  }

  #committed(): CommitAnswer {
    return { outcome: 'committed', coverage: coverageOf(this.#parts.manifest.files()) }
  }

  #pathsOf(names: readonly string[]): Map<string, string> {
    const files = names.map((name) => this.#parts.manifest.find(name)).filter((file) => file !== undefined)
    return new Map(files.map((file) => [file.name, coldPath(COLD_FOLDER, file)]))
  }

  #unlink(paths: ReadonlyMap<string, string>, afterEach: () => void): void {
    for (const [name, path] of paths) {
      this.#parts.cold.forget(name)
      this.#remove(path)
      afterEach()
    }
  }

  /** What cannot be deleted is not listed, and deleted at the next open. */
  #remove(path: string): void {
    try {
      rmSync(join(this.#parts.dir, path), { force: true })
    } catch {}
  }
}

function listed(file: ColdFile, { fileId, commitNo }: FileTicket, madeAt: number) {
  return { ...file, id: fileId, commitNo, madeAt }
}
