import type { Alert } from '@lumen/protocol/http/alerts/alert'
import type { AlertLevel, Condition, RuleSpec } from '@lumen/protocol/http/alerts/rule'
import type { QuietSubject } from './quiet.ts'
import type { Told } from './told.ts'

/** Whom an alert goes to, as its rule had it last. It outlives the rule until the end has been told. */
export type Routing = Pick<RuleSpec, 'channels' | 'escalate' | 'repeat_ms' | 'schedule'>

/** An alert from its first sign to the word that it is over. Times are of the engine's steady clock. */
export interface AlertRecord {
  readonly id: number
  readonly ruleId: number
  /** Null: the hub itself. */
  readonly hostId: number | null
  readonly entity: string
  readonly key: string
  ruleName: string
  hostName: string
  routing: Routing
  condition: Condition
  state: Alert['state']
  level: AlertLevel
  told: Told
  metric: string | null
  /** In the condition's unit; null: unknown. */
  value: number | null
  peak: number | null
  threshold: number | null
  /** What is wrong, for conditions without a number. */
  words: string
  pendingAt: number
  firedAt: number | null
  resolvedAt: number | null
  resolveReason: string | null
  ack: Alert['ack']
  changes: Alert['changes']
  /** A row of it is in control.db. */
  isStored: boolean
  /** It ended before it fired: only its row, if there is one, is left to go. */
  isDropped: boolean
}

/** It says of its host that it is down, and so explains what else is wrong there. */
export function isDownAlert({ condition }: AlertRecord): boolean {
  return condition.kind === 'state' && condition.state === 'host_down'
}

/** What decides whether somebody asked for silence about it. */
export function quietSubjectOf(record: AlertRecord): QuietSubject {
  const { id, ruleId, hostId, hostName, entity, key, level } = record
  return { id, rule_id: ruleId, host_id: hostId, host: hostName, entity, key, level }
}

/** The level that fires; null when it does not. */
export function firingLevel({ state, level }: AlertRecord): AlertLevel | null {
  return state === 'firing' ? level : null
}

/** Nothing is left to be said or done about it. */
export function isOver(record: AlertRecord): boolean {
  return record.isDropped || (record.state === 'resolved' && record.told.level === null)
}
