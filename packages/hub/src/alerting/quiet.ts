import type { Alert } from '@lumen/protocol/http/alerts/alert'

/** Why an alert is not told now; `until` null: until something else happens. */
export type Quiet = NonNullable<Alert['quiet']>

/** What of an alert decides whether it is quiet. */
export type QuietSubject = Pick<Alert, 'id' | 'rule_id' | 'host_id' | 'host' | 'entity' | 'key' | 'level'>

/** Silences and maintenance windows in force. */
export interface QuietBook {
  /** The strongest reason, or null. */
  of(subject: QuietSubject, at: number): Quiet | null
  /** Something was added, changed or ended; the engine looks at every open alert again. */
  onChange: () => void
}
