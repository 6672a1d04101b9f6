import type { EntityName } from '@lumen/model/catalog'
import type { EntityRow } from '@lumen/model/sample'
import { matchesGlob } from '@lumen/std/glob'
import type { Check } from './check.ts'
import type { Subject } from './subject.ts'

/** More keys of an entity than a frame may carry: names of things that are gone, to be forgotten. */
const MOST_KEYS = 2_000
const NONE: readonly Subject[] = []

/** What rules look at on one host, found once a name and not once a frame. Made anew when a rule, the host's name or its
 * tags change. */
export class HostPlan {
  readonly checks: readonly Check[]
  readonly presence: readonly Subject[]
  readonly derived: readonly Check[]
  /** Time of the newest sample taken here; the next one does not lie before it. */
  sampledAt = Number.NEGATIVE_INFINITY
  readonly #byEntity = new Map<EntityName, { checks: Check[]; subjects: Map<string, readonly Subject[]> }>()
  readonly #subjectOf: (check: Check, key: string) => Subject

  /** @param subjectOf the one that is known for a check and a key, or a new one */
  constructor(checks: readonly Check[], subjectOf: (check: Check, key: string) => Subject) {
    this.checks = checks
    this.#subjectOf = subjectOf
    this.presence = checks
      .filter(({ source }) => source.kind === 'presence')
      .map((check) => subjectOf(check, ''))
    this.derived = checks.filter(({ source }) => source.kind === 'derived')
    for (const check of checks) {
      const { entity, source } = check
      if (entity === 'hub' || (source.kind !== 'metric' && source.kind !== 'row')) continue
      const known = this.#byEntity.get(entity)
      if (known === undefined) this.#byEntity.set(entity, { checks: [check], subjects: new Map() })
      else known.checks.push(check)
    }
  }

  subjectsOf(row: EntityRow): readonly Subject[] {
    const known = this.#byEntity.get(row.entity)
    if (known === undefined) return NONE
    let subjects = known.subjects.get(row.key)
    if (subjects === undefined) {
      if (known.subjects.size >= MOST_KEYS) known.subjects.clear()
      subjects = known.checks
        .filter(({ key }) => matchesGlob(key, row.key))
        .map((check) => this.#subjectOf(check, row.key))
      known.subjects.set(row.key, subjects)
    }
    return subjects
  }
}
