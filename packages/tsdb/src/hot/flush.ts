import type { Database, Statement } from 'bun:sqlite'
import type { EntityName } from '@lumen/model/catalog'
import { layoutOf } from '@lumen/model/metric'
import { MINUTE } from '@lumen/model/time'
import type { FaultInjector } from '../fault-point.ts'
import type { BlockColumns } from '../pending/rollup-block.ts'
import { PERSISTED_ENTITIES, persistedMetrics } from '../persisted.ts'
import { canonicalJson } from './canonical-json.ts'
import type { DayTables } from './day-tables.ts'
import { PUT_HOST_FIRST } from './host-first.ts'
import type { FlushRequest } from './messages.ts'
import { upsertStatement } from './rollup-table.ts'
import { mergeStaged, stagedRows, stageStatement } from './staged.ts'
import { StatementCache } from './statement-cache.ts'
import { inTransaction } from './transaction.ts'

/** A flush of at most this many rows (two dozen hosts) is staged; larger ones fill pages by themselves. */
const STAGE_ROWS = 250
/** With more rows than this staged, they are merged. */
const MERGE_ROWS = 4_000
/** Two days of every entity and some that are late. */
const KEPT_STATEMENTS = 40

type Cell = number | string | null

/** Writes flushes: rollups and the seqs they came from in one transaction, so that after a crash either both
 * are there or neither (T2, T6). */
export class HotWriter {
  readonly #db: Database
  readonly #days: DayTables
  readonly #faults: FaultInjector
  /** By table. */
  readonly #upserts: StatementCache
  readonly #stagings = new Map<EntityName, Statement>()
  #staged: number
  #bytes = 0

  constructor(db: Database, days: DayTables, faults: FaultInjector) {
    this.#db = db
    this.#days = days
    this.#faults = faults
    this.#upserts = new StatementCache(db, KEPT_STATEMENTS)
    for (const entity of PERSISTED_ENTITIES) this.#stagings.set(entity, stageStatement(db, entity))
    this.#staged = stagedRows(db)
  }

  /** Bytes of values handed to SQLite, as it stores them; `also` is run in the same transaction. Throws what SQLite
   * throws, then nothing is written. */
  write(request: FlushRequest, also?: () => void): number {
    this.#bytes = 0
    this.#faults.reach('flush.before-begin')
    const rows = request.minutes.reduce((sum, { blocks }) => sum + rowsOf(blocks), 0)
    const isSmall = rows <= STAGE_ROWS
    const isMerging = isSmall && this.#staged + rows > MERGE_ROWS
    inTransaction(this.#db, () => {
      this.#writeDirectory(request)
      request.minutes.forEach(({ minute, blocks }, index) => {
        blocks.forEach((block, position) => {
          if (PERSISTED_ENTITIES.has(block.entity)) this.#writeBlock(block, minute / MINUTE, isSmall)
          if (index === 0 && position === 0) this.#faults.reach('flush.mid-rows')
        })
      })
      this.#writeDurable(request)
      if (isMerging) mergeStaged(this.#db, this.#days)
      also?.()
      this.#faults.reach('flush.before-commit')
    })
    if (isMerging) this.recount()
    else if (isSmall) this.#staged += rows
    return this.#bytes
  }

  /** One transaction, none when nothing is staged. */
  merge(): void {
    if (this.#staged === 0) return
    inTransaction(this.#db, () => {
      mergeStaged(this.#db, this.#days)
      this.#faults.reach('merge.before-commit')
    })
    this.recount()
  }

  /** To be called after staged rows were deleted or moved. */
  recount(): void {
    this.#staged = stagedRows(this.#db)
  }

  finalize(): void {
    this.#upserts.finalize()
    for (const statement of this.#stagings.values()) statement.finalize()
  }

  #writeDirectory({ series, streams, events }: FlushRequest): void {
    const putSeries = this.#db.query(
      'INSERT INTO series (id, host, entity, key, first_minute) VALUES (?, ?, ?, ?, ?) ' +
        'ON CONFLICT (id) DO UPDATE SET first_minute = min(first_minute, excluded.first_minute)',
    )
    const putFirst = this.#db.query(PUT_HOST_FIRST)
    for (const row of series) {
      this.#run(putSeries, [row.id, row.host, row.entity, row.key, row.firstMinute / MINUTE])
      if (row.entity === 'host') this.#run(putFirst, [row.host, row.firstMinute / MINUTE])
    }
    const putStream = this.#db.query('INSERT OR IGNORE INTO stream (id, host, name) VALUES (?, ?, ?)')
    for (const row of streams) this.#run(putStream, [row.id, row.host, row.stream])
    const putEvent = this.#db.query(
      'INSERT OR IGNORE INTO event (host, at, type, detail) VALUES (?, ?, ?, ?)',
    )
    for (const { host, at, type, detail } of events) {
      this.#run(putEvent, [host, at, type, canonicalJson(detail)])
    }
  }

  #writeDurable({ durable }: FlushRequest): void {
    const remove = this.#db.query('DELETE FROM durable WHERE stream = ? AND from_seq = ?')
    const put = this.#db.query(
      'INSERT INTO durable (stream, from_seq, to_seq, newest_ts) VALUES (?, ?, ?, ?) ' +
        'ON CONFLICT (stream, from_seq) DO UPDATE SET to_seq = excluded.to_seq, newest_ts = excluded.newest_ts',
    )
    for (const { stream, removed, put: ranges } of durable) {
      for (const from of removed) this.#run(remove, [stream, from])
      for (const range of ranges) this.#run(put, [stream, range.from, range.to, range.newestTs])
    }
  }

  #writeBlock(block: BlockColumns, minute: number, isStaged: boolean): void {
    const statement = isStaged ? this.#stagings.get(block.entity)! : this.#upsert(block.entity, minute)
    const metrics = persistedMetrics(block.entity)
    const width = layoutOf(block.entity).metrics.length
    // In the order of the primary key: pages fill from left to right.
    const rows = Array.from({ length: block.rows }, (_, row) => row)
    rows.sort((a, b) => block.series[a]! - block.series[b]!)
    // one for all rows: a backlog has a hundred thousand
    const cells: Cell[] = []
    for (const row of rows) {
      const n = block.n[row]!
      cells.length = 0
      cells.push(minute, block.series[row]!, n)
      for (const { index, spec } of metrics) {
        const at = row * width + index
        const count = block.count[at]!
        cells.push(count === 0 || count === n ? null : count, count === 0 ? null : block.sum[at]!)
        if (spec.keepsMax) cells.push(count === 0 ? null : block.max[at]!)
      }
      this.#run(statement, cells)
    }
  }

  #upsert(entity: EntityName, minute: number): Statement {
    const table = this.#days.ensure(entity, minute)
    return this.#upserts.get(table, () => upsertStatement(entity, table))
  }

  #run(statement: Statement, cells: Cell[]): void {
    statement.run(...cells)
    for (const cell of cells) this.#bytes += cellBytes(cell)
  }
}

function rowsOf(blocks: readonly BlockColumns[]): number {
  return blocks.reduce((rows, block) => rows + block.rows, 0)
}

/** Size of a value in an SQLite record, with its byte in the header. */
function cellBytes(cell: Cell): number {
  if (cell === null) return 1
  if (typeof cell === 'string') return 1 + Buffer.byteLength(cell)
  const magnitude = cell < 0 ? -cell - 1 : cell
  if (cell === 0 || cell === 1) return 1
  if (magnitude < 2 ** 7) return 2
  if (magnitude < 2 ** 15) return 3
  if (magnitude < 2 ** 23) return 4
  if (magnitude < 2 ** 31) return 5
  return magnitude < 2 ** 47 ? 7 : 9
}
