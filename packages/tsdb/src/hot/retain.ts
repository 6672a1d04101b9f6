import type { Database } from 'bun:sqlite'
import { MINUTE } from '@lumen/model/time'
import type { FaultInjector } from '../fault-point.ts'
import type { DayTable, DayTables } from './day-tables.ts'
import type { RetainRequest } from './messages.ts'
import { heldMinutes } from './rollup-table.ts'
import { STAGED_TABLE } from './staged.ts'
import { inTransaction } from './transaction.ts'

/** Minutes of which a deleted host's rows go in one transaction. */
const PURGE_MINUTES = 60
const DROP_BATCH = 500

/** Deletes what is past retention, rows by the UTC day, oldest first; yields between transactions. Freed pages are used
 * again by later minutes, so the file stays at the size of what is kept. */
export function* retain(
  db: Database,
  days: DayTables,
  request: RetainRequest,
  faults: FaultInjector,
): Generator<undefined, void> {
  inTransaction(db, () => {
    const remove = db.query('DELETE FROM durable WHERE stream = ? AND from_seq = ?')
    for (const { stream, removed } of request.durable) for (const from of removed) remove.run(stream, from)
    const drop = db.query('DELETE FROM stream WHERE id = ?')
    for (const id of request.streams) drop.run(id)
    if (request.durable.length > 0) putSeqsFrom(db, SEQS_FROM, request.seqsFrom)
    for (const [host, ts] of request.hostSeqsFrom) putSeqsFrom(db, hostKey(host), ts)
    const staged = db.query(`DELETE FROM ${STAGED_TABLE} WHERE entity = ? AND minute < ?`)
    for (const [entity, before] of request.before) staged.run(entity, before / MINUTE)
    if (request.eventsBefore > 0) db.run('DELETE FROM event WHERE at < ?', [request.eventsBefore])
    limitEvents(db)
  })
  faults.reach('retain.mid')
  for (const [entity, before] of request.before) {
    for (const table of days.of(entity)) {
      if (table.minutes[1] > before / MINUTE) break
      inTransaction(db, () => days.drop(table))
      faults.reach('retain.mid')
      yield
    }
  }
}

/** Events of one host count one for each so many characters begun, and above so many the oldest go: 5 MB. They cannot be
 * given up for lack of room, so nobody may fill it with them. */
const EVENT_UNIT = 256
const MOST_EVENT_UNITS = 20_000

function limitEvents(db: Database): void {
  const crowded = db
    .query<{ host: number; at: number }, [number, number]>(
      'SELECT host, max(at) AS at FROM (SELECT host, at, sum(1 + length(detail) / ?) OVER ' +
        '(PARTITION BY host ORDER BY at DESC) AS units FROM event) WHERE units > ? GROUP BY host',
    )
    .all(EVENT_UNIT, MOST_EVENT_UNITS)
  const drop = db.query('DELETE FROM event WHERE host = ? AND at <= ?')
  for (const { host, at } of crowded) drop.run(host, at)
}

const SEQS_FROM = 'seqs_from'
const hostKey = (host: number) => `${SEQS_FROM}:${host}`

/** Frames older than this may have been taken before, and nobody would know; epoch ms. */
export function seqsFrom(db: Database): number {
  const row = db.query<{ value: string }, [string]>('SELECT value FROM store WHERE key = ?').get(SEQS_FROM)
  return Number(row?.value ?? 0)
}

/** The same of single hosts. */
export function hostSeqsFrom(db: Database): [host: number, ts: number][] {
  return db
    .query<{ key: string; value: string }, [string]>('SELECT key, value FROM store WHERE key GLOB ?')
    .all(`${SEQS_FROM}:*`)
    .map(({ key, value }) => [Number(key.slice(SEQS_FROM.length + 1)), Number(value)])
}

/** To be run within a transaction. */
export function forgetHostSeqs(db: Database, host: number): void {
  db.run('DELETE FROM store WHERE key = ?', [hostKey(host)])
}

function putSeqsFrom(db: Database, key: string, ts: number): void {
  db.run('INSERT INTO store VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value', [
    key,
    String(ts),
  ])
}

/** The newest minute of every series that has rows. Reads all of the tables' leaves. */
export function* survey(
  db: Database,
  days: DayTables,
): Generator<undefined, [series: number, minute: number][]> {
  const found: [number, number][] = []
  const bySeries = 'GROUP BY series'
  // Before the tables: a flush between two steps may move staged rows into them, never back.
  const staged = db.query<{ series: number; at: number }, []>(
    `SELECT series, max(minute) AS at FROM ${STAGED_TABLE} ${bySeries}`,
  )
  for (const { series, at } of staged.all()) found.push([series, at * MINUTE])
  for (const table of days.all()) {
    yield
    if (!days.isThere(table)) continue
    const rows = db
      .query<{ series: number; at: number }, []>(
        `SELECT series, max(minute) AS at FROM "${table.name}" ${bySeries}`,
      )
      .all()
    for (const { series, at } of rows) found.push([series, at * MINUTE])
  }
  return found
}

/** Drops series rows; the caller knows that no rollup refers to them. */
export function dropSeries(db: Database, ids: readonly number[]): void {
  const drop = db.query('DELETE FROM series WHERE id = ?')
  inTransaction(db, () => {
    for (const id of ids) drop.run(id)
  })
}

/** Deletes the rollups of series without a host, then the series; yields between transactions. */
export function* purgeDeleted(
  db: Database,
  days: DayTables,
  faults: FaultInjector,
): Generator<undefined, void> {
  const orphans = db
    .query<{ id: number; entity: string }, []>('SELECT id, entity FROM series WHERE host IS NULL ORDER BY id')
    .all()
  if (orphans.length > 0) {
    const list = JSON.stringify(orphans.map(({ id }) => id))
    db.run(`DELETE FROM ${STAGED_TABLE} WHERE series IN (SELECT value FROM json_each(?))`, [list])
  }
  for (const table of days.all()) {
    const ids = orphans.filter((row) => row.entity === table.entity).map((row) => row.id)
    if (ids.length === 0) continue
    const list = JSON.stringify(ids)
    yield* purgeTable(db, days, table, list, faults)
  }
  for (let at = 0; at < orphans.length; at += DROP_BATCH) {
    dropSeries(
      db,
      orphans.slice(at, at + DROP_BATCH).map((row) => row.id),
    )
    yield
  }
}

/** @param series ids, as JSON */
function* purgeTable(
  db: Database,
  days: DayTables,
  table: DayTable,
  series: string,
  faults: FaultInjector,
): Generator<undefined, void> {
  const [first, end] = table.minutes
  for (let minute = first; minute < end && days.isThere(table); minute += PURGE_MINUTES) {
    db.run(
      `DELETE FROM "${table.name}" WHERE minute >= ? AND minute < ? AND series IN (SELECT value FROM json_each(?))`,
      [minute, minute + PURGE_MINUTES, series],
    )
    faults.reach('delete-host.mid')
    yield
  }
  if (days.isThere(table) && heldMinutes(db, table.name) === null) inTransaction(db, () => days.drop(table))
}
