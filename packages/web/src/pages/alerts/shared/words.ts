import { findMetric, layoutOf } from '@lumen/model/metric'
import { MINUTE } from '@lumen/model/time'
import type { Alert } from '@lumen/protocol/http/alerts/alert'
import type { Condition, Rule, RuleSpec } from '@lumen/protocol/http/alerts/rule'
import type { HostSelector, Scope } from '@lumen/protocol/http/alerts/scope'
import type { AlertMatcher } from '@lumen/protocol/http/alerts/silence'
import { durationText } from '../../../format/duration.ts'
import { ta } from '../../../i18n/ta.ts'
import { limitText, unitOfCondition } from './quantity.ts'

/** Names for ids; what is gone is told as such. */
export interface Names {
  host: (id: number) => string | undefined
  rule: (id: number) => string | undefined
}

export const spanText = (ms: number): string => durationText(ms / 1000)

/** Of something that goes on: without the seconds once it has lasted minutes, so that it rests. */
export function lastedText(ms: number): string {
  return durationText(ms < MINUTE ? ms / 1000 : Math.floor(ms / MINUTE) * 60)
}

/** `Filesystem: Used`, and only `CPU` for the host's own. */
export function metricText(name: string): string {
  const metric = findMetric(name)
  if (metric === undefined) return name
  return metric.entity === 'host'
    ? metric.spec.title
    : `${layoutOf(metric.entity).spec.title}: ${metric.spec.title}`
}

/** What a rule watches for: `CPU above 90 %, critical 95 %`. */
export function conditionText(condition: Condition): string {
  if (condition.kind === 'state') return ta(`state.${condition.state}`)
  const unit = unitOfCondition(condition)
  const { warning, critical } = condition
  const milder = limitText(unit, warning ?? critical)
  const graver =
    warning === null || critical === null ? '' : `, ${ta('words.critical', limitText(unit, critical))}`
  const metric = metricText(condition.metric)
  if (condition.kind === 'fills') return ta('words.fills', metric, milder) + graver
  if (condition.kind === 'changes') return ta(`words.changes.${condition.direction}`, metric, milder) + graver
  return ta(`words.${condition.direction}`, metric, milder) + graver
}

/** A name for a rule that has none: its condition without the graver threshold. */
export function suggestedName(condition: Condition): string {
  return conditionText(
    condition.kind === 'state'
      ? condition
      : { ...condition, critical: condition.warning === null ? condition.critical : null },
  )
}

export function selectorText(selector: HostSelector, names: Names): string {
  if (selector.by === 'tag') return ta('words.tag', selector.tag)
  if (selector.by === 'name') return selector.glob
  return names.host(selector.id) ?? ta('words.goneHost', selector.id)
}

/** `all hosts`, `nas, web-*`, `all hosts except lab-*`. */
export function scopeText({ hosts, except }: Scope, names: Names): string {
  const chosen =
    hosts === 'all' ? ta('words.allHosts') : hosts.map((one) => selectorText(one, names)).join(', ')
  if (except.length === 0) return chosen
  return ta('words.except', chosen, except.map((one) => selectorText(one, names)).join(', '))
}

/** Which alerts a silence or a window means. */
export function matcherText(matcher: AlertMatcher, names: Names): string {
  const parts = [
    matcher.rule_ids?.map((id) => names.rule(id) ?? ta('words.goneRule', id)).join(', '),
    matcher.hosts === undefined ? undefined : hostsText(matcher.hosts, names),
    matcher.entity === undefined ? undefined : entityText(matcher.entity).toLowerCase(),
    matcher.key,
    matcher.level === undefined ? undefined : ta('words.only', ta(`level.${matcher.level}`).toLowerCase()),
  ]
  return parts.filter((part) => part !== undefined && part !== '').join(' · ')
}

function hostsText(hosts: readonly HostSelector[], names: Names): string {
  const isAll = hosts.some((one) => one.by === 'name' && one.glob === '*')
  return isAll
    ? ta('words.allHosts')
    : ta('words.on', hosts.map((one) => selectorText(one, names)).join(', '))
}

export function entityText(entity: string): string {
  const metric = ENTITY_TITLES.get(entity)
  return metric ?? entity
}

const ENTITY_TITLES = new Map<string, string>(
  (
    [
      'host',
      'core',
      'filesystem',
      'disk',
      'nic',
      'sensor',
      'gpu',
      'container',
      'guest',
      'storage',
      'zpool',
      'smart',
      'unit',
    ] as const
  ).map((entity) => [entity, layoutOf(entity).spec.title]),
)

/** What of a host an alert is about: `/var`, `web`; nothing for the host as a whole. */
export const subjectText = ({ entity, key }: Pick<Alert, 'entity' | 'key'>): string =>
  key === '' ? '' : entity === 'hub' ? key : `${entityText(entity)} ${key}`

/** A summary without the host and the thing where those stand beside it: `Used is 97.2 %, above 95 %`. */
export function ownWords(alert: Pick<Alert, 'summary' | 'host' | 'entity' | 'key'>): string {
  const after = (text: string, prefix: string) => (text.startsWith(prefix) ? text.slice(prefix.length) : text)
  return after(after(alert.summary, `${alert.host}: `), `${subjectText(alert)}: `)
}

/** How an alert's numbers are told; null where it has none, or its rule is gone and their unit with it. */
export function unitOfAlert(alert: Pick<Alert, 'metric'>, spec: RuleSpec | undefined) {
  if (alert.metric === null || spec === undefined) return null
  return unitOfCondition({ ...spec.condition, metric: alert.metric })
}

/** How long an alert has lasted, ms; from when it fired if it did. */
export function lastedMs(alert: Alert, now: number): number {
  return Math.max(0, (alert.resolved_at ?? now) - (alert.fired_at ?? alert.pending_at))
}

export type RuleMap = ReadonlyMap<number, Rule>
