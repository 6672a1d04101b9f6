import type { Alert } from '@lumen/protocol/http/alerts/alert'
import type { Statement } from '../control-db/statement.ts'

/** What is said of an alert: it fired, became graver or milder while firing, ended, still lasts, or went to others. */
const NOTICE_KINDS = ['fired', 'raised', 'lowered', 'resolved', 'repeated', 'escalated'] as const
export type NoticeKind = (typeof NOTICE_KINDS)[number]

/** One thing to tell, decided by the engine once. */
export interface Notice {
  kind: NoticeKind
  /** Epoch ms. */
  at: number
  /** As it stood then. */
  alert: Alert
  /** Ids; null: every enabled channel that takes alerts by default. */
  channels: readonly number[] | null
  /** Ids of more, which it escalated to before: they hear how it goes on. A channel in both is told once. */
  also: readonly number[]
}

/** Who brings notices to people. The engine writes `statementsFor` in the same transaction as the alert it tells of, so a
 * notice exists exactly when its transition does, whatever crashes in between. */
export interface Teller {
  statementsFor(notices: readonly Notice[]): Statement[]
  /** New notices are on the disk. */
  wake(): void
}
