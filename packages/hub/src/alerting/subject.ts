import type { AlertRecord } from './alert-record.ts'
import type { Check } from './check.ts'
import { CALM, type Track } from './machine.ts'

/** One thing one rule looks at. Lives as long as there is something to remember of it, or as the plan of its host. */
export class Subject {
  check: Check
  readonly key: string
  track: Track = CALM
  /** Newest value, in fixed point for metrics, else in the condition's unit; NaN: unknown. */
  value = Number.NaN
  /** What is wrong in words, for conditions without a number. */
  words = ''
  /** When it was last known, and when there was last a row of it. */
  knownAt: number
  rowAt: number
  /** When the count of restarts rose (container_restarting). */
  restarts: readonly { at: number; count: number }[] = []
  /** The alert that is open for it. */
  alert: AlertRecord | null = null

  /** @param at absence counts from here */
  constructor(check: Check, key: string, at: number) {
    this.check = check
    this.key = key
    this.knownAt = at
    this.rowAt = at
  }
}

export function subjectName(ruleId: number, hostId: number | null, entity: string, key: string): string {
  return `${ruleId} ${hostId ?? 0} ${entity} ${key}`
}
