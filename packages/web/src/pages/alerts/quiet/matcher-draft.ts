import type { AlertLevel } from '@lumen/protocol/http/alerts/rule'
import type { HostSelector } from '@lumen/protocol/http/alerts/scope'
import type { AlertMatcher } from '@lumen/protocol/http/alerts/silence'

/** What a silence or a window means, as its form holds it. */
export interface MatcherDraft {
  isEverywhere: boolean
  hosts: HostSelector[]
  /** Null: every rule. */
  rule: number | null
  /** Of several rules, which the form does not change. */
  rules: readonly number[]
  key: string
  level: AlertLevel | null
  entity: string | undefined
}

export function matcherDraft(matcher: AlertMatcher | undefined): MatcherDraft {
  const rules = matcher?.rule_ids ?? []
  return {
    isEverywhere: matcher !== undefined && matcher.hosts === undefined,
    hosts: [...(matcher?.hosts ?? [])],
    rule: rules[0] ?? null,
    rules,
    key: matcher?.key ?? '',
    level: matcher?.level ?? null,
    entity: matcher?.entity,
  }
}

/** Undefined: it means nothing in particular, which the hub refuses. */
export function readMatcher(draft: MatcherDraft): AlertMatcher | undefined {
  const rule_ids =
    draft.rule === null ? [] : draft.rules.includes(draft.rule) ? [...draft.rules] : [draft.rule]
  const matcher: AlertMatcher = {
    ...(draft.isEverywhere || draft.hosts.length === 0 ? {} : { hosts: draft.hosts }),
    ...(rule_ids.length === 0 ? {} : { rule_ids }),
    ...(draft.entity === undefined ? {} : { entity: draft.entity }),
    ...(draft.key.trim() === '' ? {} : { key: draft.key.trim() }),
    ...(draft.level === null ? {} : { level: draft.level }),
  }
  if (Object.keys(matcher).length > 0) return matcher
  // Said in so many words, everything is meant.
  return draft.isEverywhere ? { hosts: [{ by: 'name', glob: '*' }] } : undefined
}
