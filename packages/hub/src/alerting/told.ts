import type { AlertLevel, RuleSpec } from '@lumen/protocol/http/alerts/rule'
import { isGraver } from './evaluate.ts'
import type { NoticeKind } from './notice.ts'

/** What people know of an alert. */
export interface Told {
  /** The level they were told last; null: nothing yet, or that it is over. */
  readonly level: AlertLevel | null
  /** When they were told first and last; null: not yet. */
  readonly firstAt: number | null
  readonly lastAt: number | null
  /** It went to those it escalates to. */
  readonly isEscalated: boolean
}

export const UNTOLD: Told = { level: null, firstAt: null, lastAt: null, isEscalated: false }

/** How an alert stands, as far as telling goes. */
export interface Standing {
  /** Null: it does not fire (any more). */
  level: AlertLevel | null
  isQuiet: boolean
  isAcknowledged: boolean
}

/** What has to be said now, or null: there is one notice where people know something else than what is, and never one
 * while it is quiet. Reminders and escalation wait for nobody having acknowledged it. */
export function noticeOf(
  told: Told,
  now: Standing,
  rule: Pick<RuleSpec, 'repeat_ms' | 'escalate'>,
  at: number,
): NoticeKind | null {
  if (now.isQuiet) return null
  if (now.level === null) return told.level === null ? null : 'resolved'
  if (told.level === null) return 'fired'
  if (told.level !== now.level) return isGraver(now.level, told.level) ? 'raised' : 'lowered'
  if (now.isAcknowledged) return null
  if (rule.escalate !== null && !told.isEscalated && at - (told.firstAt ?? at) >= rule.escalate.after_ms) {
    return 'escalated'
  }
  return rule.repeat_ms !== null && at - (told.lastAt ?? at) >= rule.repeat_ms ? 'repeated' : null
}

/** What people know once a notice is in the outbox. */
export function afterNotice(told: Told, kind: NoticeKind, level: AlertLevel | null, at: number): Told {
  if (kind === 'resolved') return UNTOLD
  if (kind === 'escalated') return { ...told, isEscalated: true }
  return { ...told, level, firstAt: told.firstAt ?? at, lastAt: at }
}
