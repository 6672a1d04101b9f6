import type { Database } from 'bun:sqlite'
import { randomUUID } from 'node:crypto'
import type { EntityName } from '@lumen/model/catalog'
import { isEntityName } from '@lumen/model/metric'
import type { ColdFile, ColdLevel } from '../cold/cold-file.ts'
import type { ColdFileMeta } from '../cold/file/cold-file-meta.ts'
import type { ListedFile } from '../cold/listed-file.ts'

const FILE_TABLE = 'cold_file'
const TOMBSTONE_TABLE = 'cold_tombstone'

/** What a new cold file must carry to be listed. */
export interface FileTicket {
  store: string
  /** Never given twice to files that are listed. */
  fileId: number
  commitNo: number
}

interface FileRow extends Omit<ListedFile, 'entity' | 'level' | 'span'> {
  entity: string
  level: ColdLevel
  from: number
  to: number
}

/** Which cold files count. Every change is a transaction with a number of its own, so that a file can tell whether it
 * is older or newer than the manifest it is found beside. */
export class Manifest {
  readonly #db: Database
  readonly #files = new Map<string, ListedFile>()
  readonly #tombstones = new Map<number, number>()
  #missing: ReadonlySet<string> = new Set()
  #store = ''
  #commitNo = 0
  #isNew = false
  /** Lowest id that no file of this process or of the manifest had. */
  #nextFile = 1

  constructor(db: Database) {
    this.#db = db
    this.load()
  }

  static migrate(db: Database): void {
    db.run(
      `CREATE TABLE IF NOT EXISTS ${FILE_TABLE} (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, ` +
        'entity TEXT NOT NULL, level TEXT NOT NULL, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL, ' +
        'bytes INTEGER NOT NULL, rows INTEGER NOT NULL, commit_no INTEGER NOT NULL, made_at INTEGER NOT NULL, ' +
        'idx BLOB NOT NULL)',
    )
    db.run(
      `CREATE TABLE IF NOT EXISTS ${TOMBSTONE_TABLE} (host INTEGER PRIMARY KEY, commit_no INTEGER NOT NULL)`,
    )
    db.run('CREATE TABLE IF NOT EXISTS store (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID')
    db.run("INSERT OR IGNORE INTO store SELECT 'is_new', '1' WHERE NOT EXISTS (SELECT 1 FROM store)")
    db.run("INSERT OR IGNORE INTO store VALUES ('id', ?)", [randomUUID()])
  }

  get store(): string {
    return this.#store
  }

  get commitNo(): number {
    return this.#commitNo
  }

  /** Until `settle`: what the folder holds was not known to it. */
  get isNew(): boolean {
    return this.#isNew
  }

  /** Files that were taken out because they were not there: a folder that was not mounted may come back. */
  get missing(): ReadonlySet<string> {
    return this.#missing
  }

  /** Deleted hosts: in files of a commit up to this one their rows do not count. */
  get tombstones(): ReadonlyMap<number, number> {
    return this.#tombstones
  }

  files(): ListedFile[] {
    return [...this.#files.values()]
  }

  find(name: string): ListedFile | undefined {
    return this.#files.get(name)
  }

  /** The bytes by which a listed file is read. */
  indexOf(name: string): Uint8Array {
    const row = this.#db
      .query<{ idx: Uint8Array }, [string]>(`SELECT idx FROM ${FILE_TABLE} WHERE name = ?`)
      .get(name)
    return row?.idx ?? new Uint8Array()
  }

  ticket(): FileTicket {
    return { store: this.#store, fileId: this.#nextFile++, commitNo: this.#commitNo + 1 }
  }

  /** To be run within a transaction, and `load` after it, whatever became of it. */
  change(change: {
    add?: (ColdFile & Pick<ListedFile, 'id' | 'commitNo' | 'madeAt'>)[]
    remove?: string[]
  }): void {
    const remove = this.#db.query(`DELETE FROM ${FILE_TABLE} WHERE name = ?`)
    for (const name of change.remove ?? []) remove.run(name)
    const put = this.#db.query(
      `INSERT INTO ${FILE_TABLE} (id, name, entity, level, from_ms, to_ms, bytes, rows, commit_no, made_at, idx) ` +
        'VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    )
    for (const { id, name, entity, level, span, bytes, rows, commitNo, madeAt, index } of change.add ?? []) {
      put.run(id, name, entity, level, span.from, span.to, bytes, rows, commitNo, madeAt, index)
      this.#put('next_file', Math.max(this.#number('next_file'), id + 1))
    }
    this.#put('cold_commit', this.#number('cold_commit') + 1)
  }

  /** As `change`: from now on the host's rows in every listed file are hidden, and in those being written. */
  bury(host: number): void {
    this.change({})
    this.#db.run(
      `INSERT INTO ${TOMBSTONE_TABLE} VALUES (?, ?) ON CONFLICT DO UPDATE SET commit_no = excluded.commit_no`,
      [host, this.#number('cold_commit')],
    )
  }

  /** As `change`: no listed file has rows of these hosts from before they were deleted. */
  forgetTombstones(spent: readonly (readonly [host: number, commitNo: number])[]): void {
    const forget = this.#db.query(`DELETE FROM ${TOMBSTONE_TABLE} WHERE host = ? AND commit_no = ?`)
    for (const [host, commitNo] of spent) forget.run(host, commitNo)
  }

  /** As `change`: folder and manifest agree. Files that were not known are listed, and numbers go on after theirs. */
  settle(adopted: readonly { file: ColdFile; meta: ColdFileMeta }[], now: number): void {
    this.#db.run("DELETE FROM store WHERE key = 'is_new'")
    const [first] = adopted
    if (first === undefined) return
    this.#put('id', first.meta.store)
    const commits = adopted.map(({ meta }) => meta.commit)
    this.#put('cold_commit', Math.max(this.#number('cold_commit'), ...commits))
    this.change({
      add: adopted.map(({ file, meta }) => ({ ...file, id: meta.id, commitNo: meta.commit, madeAt: now })),
    })
  }

  /** As `change`. */
  noteMissing(gone: readonly string[], found: readonly string[]): void {
    const missing = new Set([...this.#missing, ...gone])
    for (const name of found) missing.delete(name)
    if (missing.size === 0) this.#db.run("DELETE FROM store WHERE key = 'missing'")
    else this.#put('missing', JSON.stringify([...missing]))
  }

  /** Takes over what the tables say. */
  load(): void {
    this.#store = this.#text('id')
    this.#commitNo = this.#number('cold_commit')
    this.#isNew = this.#number('is_new') === 1
    this.#missing = new Set(JSON.parse(this.#text('missing') || '[]') as string[])
    this.#nextFile = Math.max(this.#nextFile, this.#number('next_file'))
    this.#files.clear()
    const rows = this.#db
      .query<FileRow, []>(
        'SELECT id, name, entity, level, from_ms AS "from", to_ms AS "to", bytes, rows, commit_no AS commitNo, ' +
          `made_at AS madeAt FROM ${FILE_TABLE} ORDER BY entity, from_ms, id`,
      )
      .all()
    for (const { from, to, ...row } of rows) {
      if (isKnown(row)) this.#files.set(row.name, { ...row, span: { from, to } })
    }
    this.#tombstones.clear()
    const buried = this.#db
      .query<{ host: number; commitNo: number }, []>(
        `SELECT host, commit_no AS commitNo FROM ${TOMBSTONE_TABLE}`,
      )
      .all()
    for (const { host, commitNo } of buried) this.#tombstones.set(host, commitNo)
  }

  #text(key: string): string {
    return (
      this.#db.query<{ value: string }, [string]>('SELECT value FROM store WHERE key = ?').get(key)?.value ??
      ''
    )
  }

  #number(key: string): number {
    return Number(this.#text(key))
  }

  #put(key: string, value: string | number): void {
    this.#db.run('INSERT INTO store VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value', [
      key,
      String(value),
    ])
  }
}

/** A file is deleted and moved by its name, and the database may be of a backup that somebody forged. */
const NAME = /^[0-9A-Za-z_-]{1,80}$/

function isKnown<R extends { entity: string; name: string }>(row: R): row is R & { entity: EntityName } {
  return isEntityName(row.entity) && NAME.test(row.name)
}
