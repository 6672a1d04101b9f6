import type { Database } from 'bun:sqlite'
import { MINUTE } from '@lumen/model/time'
import type { FaultInjector } from '../fault-point.ts'
import { PERSISTED_ENTITIES } from '../persisted.ts'
import { deleteRows } from './delete-rows.ts'
import type { DoomedRanges } from './doomed.ts'
import type { RetainRequest } from './messages.ts'
import { tableOf } from './rollup-table.ts'
import { STAGED_TABLE } from './staged.ts'
import { inTransaction } from './transaction.ts'

/** Minutes of rows deleted in one transaction. */
const BATCH_MINUTES = 10
const DROP_BATCH = 500

/** Deletes what is past retention, some thousand rows at a time, oldest first; yields between transactions.
 * Freed pages are used again by later minutes, so the file stays at the size of what is kept. */
export function* retain(
  db: Database,
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
    for (const _ of deleteRows(db, entity, [0, before / MINUTE])) {
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
  doomed: DoomedRanges,
): Generator<undefined, [series: number, minute: number][]> {
  const found: [number, number][] = []
  const bySeries = 'GROUP BY series'
  // Before the tables: a flush between two steps may move staged rows into them, never back.
  const staged = db.query<{ series: number; at: number }, []>(
    `SELECT series, max(minute) AS at FROM ${STAGED_TABLE} ${bySeries}`,
  )
  for (const { series, at } of staged.all()) found.push([series, at * MINUTE])
  for (const entity of PERSISTED_ENTITIES) {
    for (const [from, to] of doomed.live(entity, 0, Number.MAX_SAFE_INTEGER)) {
      yield
      const rows = db
        .query<{ series: number; at: number }, [number, number]>(
          `SELECT series, max(minute) AS at FROM ${tableOf(entity)} WHERE minute >= ? AND minute < ? ${bySeries}`,
        )
        .all(from, to)
      for (const { series, at } of rows) found.push([series, at * MINUTE])
    }
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
export function* purgeDeleted(db: Database, faults: FaultInjector): Generator<undefined, void> {
  const orphans = db
    .query<{ id: number; entity: string }, []>('SELECT id, entity FROM series WHERE host IS NULL ORDER BY id')
    .all()
  if (orphans.length > 0) {
    const list = JSON.stringify(orphans.map(({ id }) => id))
    db.run(`DELETE FROM ${STAGED_TABLE} WHERE series IN (SELECT value FROM json_each(?))`, [list])
  }
  for (const entity of PERSISTED_ENTITIES) {
    const ids = orphans.filter((row) => row.entity === entity).map((row) => row.id)
    if (ids.length === 0) continue
    const list = JSON.stringify(ids)
    const table = tableOf(entity)
    const bounds = db
      .query<{ first: number | null; last: number | null }, []>(
        `SELECT (SELECT min(minute) FROM ${table}) AS first, (SELECT max(minute) FROM ${table}) AS last`,
      )
      .get()
    if (bounds?.first == null || bounds.last === null) continue
    for (let minute = bounds.first; minute <= bounds.last; minute += BATCH_MINUTES * 6) {
      db.run(
        `DELETE FROM ${table} WHERE minute >= ? AND minute < ? AND series IN (SELECT value FROM json_each(?))`,
        [minute, minute + BATCH_MINUTES * 6, list],
      )
      faults.reach('delete-host.mid')
      yield
    }
  }
  for (let at = 0; at < orphans.length; at += DROP_BATCH) {
    dropSeries(
      db,
      orphans.slice(at, at + DROP_BATCH).map((row) => row.id),
    )
    yield
  }
}
