import { matchesGlob } from '@lumen/std/glob'
import type { HostRegistry } from '../hosts/host-registry.ts'
import type { AlertRecord } from './alert-record.ts'
import { type Check, checksOf, hubChecksOf } from './check.ts'
import { FLAP_WINDOW_MS } from './machine.ts'
import type { RuleStore, StoredRule } from './rule-store.ts'
import { Subject, subjectName } from './subject.ts'

/** Of one rule on one host, so many things are remembered just because they were there: a host that gives its things ever
 * new names would take memory without end. More than a frame may carry of anything. */
const MOST_WATCHED = 2_000

/** Things of which something must be remembered: an alert, turns, or that they were there. */
export class SubjectBook {
  readonly #parts: { rules: RuleStore; registry: HostRegistry }
  readonly #kept = new Map<string, Subject>()
  /** How many are kept, by rule and host. */
  readonly #counts = new Map<string, number>()

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
    if (isAbsenceWatched(check) && this.#count(subject) < MOST_WATCHED) this.keep(subject)
    return subject
  }

  keep(subject: Subject): void {
    const name = nameOf(subject)
    if (!this.#kept.has(name)) this.#counts.set(groupOf(subject), this.#count(subject) + 1)
    this.#kept.set(name, subject)
  }

  drop(subject: Subject): void {
    if (!this.#kept.delete(nameOf(subject))) return
    const left = this.#count(subject) - 1
    if (left > 0) this.#counts.set(groupOf(subject), left)
    else this.#counts.delete(groupOf(subject))
  }

  /** Forgets what is calm and has not turned for long. */
  prune(now: number): void {
    for (const subject of this.#kept.values()) {
      const { phase, turns } = subject.track
      const isForgotten = phase === 'calm' && turns.every((at) => at <= now - FLAP_WINDOW_MS)
      const isWatched = isAbsenceWatched(subject.check) && this.#count(subject) <= MOST_WATCHED
      if (isForgotten && !isWatched) this.drop(subject)
    }
  }

  #count(subject: Subject): number {
    return this.#counts.get(groupOf(subject)) ?? 0
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

function groupOf({ check: { rule, hostId } }: Subject): string {
  return `${rule.id} ${hostId}`
}

function isAbsenceWatched({ spec, source }: Check): boolean {
  return spec.no_data === 'fire' && source.kind !== 'presence' && source.kind !== 'hub'
}
