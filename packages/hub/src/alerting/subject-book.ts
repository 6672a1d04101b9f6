import type { HostRegistry } from '../hosts/host-registry.ts'
import type { AlertRecord } from './alert-record.ts'
import { type Check, checksOf, hubChecksOf } from './check.ts'
import { FLAP_WINDOW_MS } from './machine.ts'
import type { RuleStore, StoredRule } from './rule-store.ts'
import { matchesGlob } from './scope/glob.ts'
import { Subject, subjectName } from './subject.ts'

/** Things of which something must be remembered: an alert, turns, or that they were there. */
export class SubjectBook {
  readonly #parts: { rules: RuleStore; registry: HostRegistry }
  readonly #kept = new Map<string, Subject>()

  constructor(parts: { rules: RuleStore; registry: HostRegistry }) {
    this.#parts = parts
  }

  [Symbol.iterator](): IterableIterator<Subject> {
    return this.#kept.values()
  }

  find({ ruleId, hostId, entity, key }: Pick<AlertRecord, 'ruleId' | 'hostId' | 'entity' | 'key'>) {
    return this.#kept.get(subjectName(ruleId, hostId, entity, key))
  }

  /** The one that is known, or a new one. Those whose absence matters are kept from first sight. */
  of(check: Check, key: string, now: number): Subject {
    const kept = this.#kept.get(subjectName(check.rule.id, check.hostId, check.entity, key))
    if (kept !== undefined) return kept
    const subject = new Subject(check, key, now)
    if (isAbsenceWatched(check)) this.keep(subject)
    return subject
  }

  keep(subject: Subject): void {
    this.#kept.set(nameOf(subject), subject)
  }

  drop(subject: Subject): void {
    this.#kept.delete(nameOf(subject))
  }

  /** Forgets what is calm and has not turned for long. */
  prune(now: number): void {
    for (const subject of this.#kept.values()) {
      const { phase, turns } = subject.track
      const isForgotten = phase === 'calm' && turns.every((at) => at <= now - FLAP_WINDOW_MS)
      if (isForgotten && !isAbsenceWatched(subject.check)) this.drop(subject)
    }
  }

  /** The check that holds for a thing as rules and hosts are now; undefined: none covers it. */
  checkFor(ruleId: number, hostId: number | null, entity: string, key: string): Check | undefined {
    const rule = this.#parts.rules.get(ruleId)
    if (rule === undefined) return undefined
    return this.#checksOf(rule, hostId).find(
      (check) => check.entity === entity && matchesGlob(check.key, key),
    )
  }

  #checksOf(rule: StoredRule, hostId: number | null): Check[] {
    if (hostId === null) return hubChecksOf(rule)
    const host = this.#parts.registry.get(hostId)
    return host === undefined ? [] : checksOf(rule, host)
  }
}

function nameOf({ check: { rule, hostId, entity }, key }: Subject): string {
  return subjectName(rule.id, hostId, entity, key)
}

function isAbsenceWatched({ spec, source }: Check): boolean {
  return spec.no_data === 'fire' && source.kind !== 'presence' && source.kind !== 'hub'
}
