import type { Alert } from '@lumen/protocol/http/alerts/alert'
import type { ControlDb } from '../control-db/control-db.ts'
import type { SqlValue } from '../control-db/statement.ts'
import { storedAlert } from './alert-rows.ts'

export interface HistoryQuery {
  host?: number | undefined
  rule?: number | undefined
  from?: number | undefined
  to?: number | undefined
  /** Older than this id. */
  before?: number | undefined
}

const PAGE = 100
/** Alerts that are over stay until there are so many newer ones. */
const MOST_KEPT = 50_000

/** One page of alerts that fired, the newest first, as they were written last. */
export async function readHistory(
  db: ControlDb,
  query: HistoryQuery,
): Promise<{ alerts: Alert[]; next: number | null }> {
  const conditions: [sql: string, value: SqlValue | undefined][] = [
    ['host_id = ?', query.host],
    ['rule_id = ?', query.rule],
    ['(resolved_at IS NULL OR resolved_at >= ?)', query.from],
    ['fired_at < ?', query.to],
    ['id < ?', query.before],
  ]
  const asked = conditions.filter((each): each is [string, SqlValue] => each[1] !== undefined)
  const where = ['fired_at IS NOT NULL', ...asked.map(([sql]) => sql)].join(' AND ')
  const rows = await db.query<{ id: number; detail: string }>(
    `SELECT id, detail FROM alerts WHERE ${where} ORDER BY id DESC LIMIT ${PAGE + 1}`,
    ...asked.map(([, value]) => value),
  )
  const page = rows.slice(0, PAGE)
  return {
    alerts: page.flatMap(({ detail }) => storedAlert(detail) ?? []),
    next: rows.length > PAGE ? (page.at(-1)?.id ?? null) : null,
  }
}

/** Lets go of the oldest that are over and told. By number, not by age: a clock that jumped deletes nothing. */
export async function forgetOldAlerts(db: ControlDb, mostKept = MOST_KEPT): Promise<void> {
  await db.run({
    sql: `DELETE FROM alerts WHERE state = 'resolved' AND told IS NULL AND id <= (SELECT max(id) FROM alerts) - ?`,
    values: [mostKept],
  })
}
