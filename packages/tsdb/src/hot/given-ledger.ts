import type { Database } from 'bun:sqlite'
import type { EntityName } from '@lumen/model/catalog'
import { bucketStart, DAY } from '@lumen/model/time'
import type { Act } from '../budget/decide.ts'
import { furthest } from '../budget/stages.ts'
import type { BudgetStage } from '../storage-report.ts'

const KEPT_MS = 365 * DAY
const LISTED = 100

/** What was given up on one UTC day of one entity and tier. */
interface Given {
  at: number
  stage: BudgetStage
  tier: Act['tier']
  entity: EntityName
  from: number
  to: number
  bytes: number
}

/** Adds an act to what was given up that day. To be run within the transaction that does it. */
export function recordGiven(db: Database, now: number, { stage, tier, entity, range, bytes }: Act): void {
  db.query(
    'INSERT INTO given (day, stage, tier, entity, at, from_ms, to_ms, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ' +
      'ON CONFLICT (day, stage, tier, entity) DO UPDATE SET at = excluded.at, ' +
      'from_ms = min(from_ms, excluded.from_ms), to_ms = max(to_ms, excluded.to_ms), bytes = bytes + excluded.bytes',
  ).run(bucketStart(now, DAY), stage, tier, entity, now, range.from, range.to, Math.round(bytes))
  db.run('DELETE FROM given WHERE day < ?', [now - KEPT_MS])
}

/** What was given up, one sentence each, newest last, and the furthest stage that gave up something within a day. */
export function readGiven(db: Database, now: number): { stage: BudgetStage | null; given: string[] } {
  const rows = db
    .query<Given, []>(
      'SELECT at, stage, tier, entity, from_ms AS "from", to_ms AS "to", bytes FROM given ' +
        `ORDER BY at DESC, tier, entity LIMIT ${LISTED}`,
    )
    .all()
    .reverse()
  const recent = rows.filter(({ at }) => at > now - DAY)
  return { stage: furthest(recent.map(({ stage }) => stage)), given: rows.map(sentence) }
}

/** Up to when hosts' history was given up, epoch ms; 0: never. What is missing before is no gap of theirs. */
export function hostsGivenTo(db: Database): number {
  return (
    db.query<{ to: number | null }, []>('SELECT max(to_ms) AS "to" FROM given WHERE entity = \'host\'').get()
      ?.to ?? 0
  )
}

function sentence({ at, tier, entity, from, to, bytes }: Given): string {
  const what = `the ${tier} tier's ${entity} history from ${timeText(from)} to ${timeText(to)}`
  return `${timeText(at)}: gave up ${what} for lack of room (${(bytes / 1024 / 1024).toFixed(1)} MiB)`
}

/** `2026-11-24 13:05`, UTC. */
function timeText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ')
}
