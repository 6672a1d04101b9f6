import { type Alert, alertSchema } from '@lumen/protocol/http/alerts/alert'
import { conditionSchema, ruleSpecSchema } from '@lumen/protocol/http/alerts/rule'
import { z } from 'zod'
import type { ControlDb } from '../control-db/control-db.ts'
import type { Statement } from '../control-db/statement.ts'
import type { AlertRecord } from './alert-record.ts'
import { CALM, type Track } from './machine.ts'
import type { SteadyClock } from './steady-clock.ts'
import type { Told } from './told.ts'

const time = z.number().nullable()

/** What of a row only the engine reads. Times are of the wall clock, as it stood when they were written. */
const ownPartSchema = z.object({
  words: z.string(),
  condition: conditionSchema,
  told: z.object({ firstAt: time, lastAt: time, isEscalated: z.boolean() }),
  track: z
    .object({
      warningAt: time,
      criticalAt: time,
      milderAt: time,
      clearAt: time,
      changedAt: time,
      turns: z.array(z.number()),
      isFlapping: z.boolean(),
    })
    .nullable(),
  routing: ruleSpecSchema.pick({ channels: true, escalate: true, repeat_ms: true, schedule: true }),
})
const detailSchema = z.object({ alert: alertSchema, own: ownPartSchema })

type Row = { id: number; told: string | null; detail: string }

/** An alert as an earlier run left it. */
export interface LeftAlert {
  record: AlertRecord
  /** Null for those that are over and only wait for that to be told. */
  track: Track | null
}

/** Writes an alert as it stands, with what people will know of it. */
export function saveAlert(
  record: AlertRecord,
  alert: Alert,
  { told, track, clock }: { told: Told; track: Track | null; clock: SteadyClock },
): Statement {
  const wall = (at: number | null) => (at === null || !Number.isFinite(at) ? null : clock.toWall(at))
  const own: z.infer<typeof ownPartSchema> = {
    words: record.words,
    condition: record.condition,
    routing: record.routing,
    told: { firstAt: wall(told.firstAt), lastAt: wall(told.lastAt), isEscalated: told.isEscalated },
    track:
      track === null
        ? null
        : {
            warningAt: wall(track.warningAt),
            criticalAt: wall(track.criticalAt),
            milderAt: wall(track.milderAt),
            clearAt: wall(track.clearAt),
            changedAt: wall(track.changedAt),
            turns: track.turns.map((at) => clock.toWall(at)),
            isFlapping: track.isFlapping,
          },
  }
  return {
    sql: `INSERT INTO alerts (id, rule_id, host_id, entity, key, state, level, told, pending_at, fired_at, resolved_at, detail)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET state = excluded.state,
      level = excluded.level, told = excluded.told, fired_at = excluded.fired_at, resolved_at = excluded.resolved_at,
      detail = excluded.detail`,
    values: [
      ...[alert.id, alert.rule_id, alert.host_id, alert.entity, alert.key, alert.state, alert.level],
      ...[told.level, alert.pending_at, alert.fired_at, alert.resolved_at, JSON.stringify({ alert, own })],
    ],
  }
}

export function deleteAlert({ id }: AlertRecord): Statement {
  return { sql: 'DELETE FROM alerts WHERE id = ?', values: [id] }
}

/** Alerts that are open, and those whose end people do not know yet, as the run before left them; the newest id ever
 * used. */
export function readAlerts(db: ControlDb, clock: SteadyClock): { left: LeftAlert[]; lastId: number } {
  const rows = db.read<Row>(
    "SELECT id, told, detail FROM alerts WHERE state != 'resolved' OR told IS NOT NULL ORDER BY id",
  )
  const [newest] = db.read<{ id: number | null }>(
    "SELECT max(ifnull((SELECT max(id) FROM alerts), 0), ifnull((SELECT seq FROM sqlite_sequence WHERE name = 'alerts'), 0)) AS id",
  )
  return { left: rows.flatMap((row) => leftAlert(row, clock) ?? []), lastId: newest?.id ?? 0 }
}

/** When alerts that are over fired and ended, newest last: what a thing that flaps is known by. */
export function readTurns(
  db: ControlDb,
  clock: SteadyClock,
  sinceWall: number,
): { alert: Pick<Alert, 'rule_id' | 'host_id' | 'entity' | 'key'>; turns: number[] }[] {
  return db
    .read<{ detail: string }>(
      `SELECT detail FROM alerts WHERE state = 'resolved' AND fired_at > ${Math.floor(sinceWall)} ORDER BY fired_at`,
    )
    .flatMap(({ detail }) => {
      const parsed = detailSchema.safeParse(JSON.parse(detail))
      if (!parsed.success) return []
      const { alert, own } = parsed.data
      return [{ alert, turns: (own.track?.turns ?? []).map((at) => clock.fromWall(at)) }]
    })
}

/** The wire's view of a stored row; undefined when another program wrote it. */
export function storedAlert(detail: string): Alert | undefined {
  return detailSchema.safeParse(JSON.parse(detail)).data?.alert
}

function leftAlert({ told, detail }: Row, clock: SteadyClock): LeftAlert | undefined {
  const parsed = detailSchema.safeParse(JSON.parse(detail))
  if (!parsed.success) return undefined
  const { alert, own } = parsed.data
  const steady = (at: number | null) => (at === null ? null : clock.fromWall(at))
  const record: AlertRecord = {
    id: alert.id,
    ruleId: alert.rule_id,
    hostId: alert.host_id,
    entity: alert.entity,
    key: alert.key,
    ruleName: alert.rule,
    hostName: alert.host,
    routing: own.routing,
    condition: own.condition,
    state: alert.state,
    level: alert.level,
    told: {
      level: told === 'warning' || told === 'critical' ? told : null,
      firstAt: steady(own.told.firstAt),
      lastAt: steady(own.told.lastAt),
      isEscalated: own.told.isEscalated,
    },
    metric: alert.metric,
    value: alert.value,
    peak: alert.peak,
    threshold: alert.threshold,
    words: own.words,
    pendingAt: clock.fromWall(alert.pending_at),
    firedAt: steady(alert.fired_at),
    resolvedAt: steady(alert.resolved_at),
    resolveReason: alert.resolve_reason,
    ack: alert.ack,
    changes: alert.changes,
    isStored: true,
    isDropped: false,
  }
  if (alert.state === 'resolved' || own.track === null) return { record, track: null }
  const { turns, isFlapping, changedAt } = own.track
  const track: Track = {
    ...CALM,
    phase: alert.state,
    level: alert.level,
    warningAt: steady(own.track.warningAt),
    criticalAt: steady(own.track.criticalAt),
    milderAt: steady(own.track.milderAt),
    clearAt: steady(own.track.clearAt),
    changedAt: steady(changedAt) ?? CALM.changedAt,
    turns: turns.map((at) => clock.fromWall(at)),
    isFlapping,
  }
  return { record, track }
}
