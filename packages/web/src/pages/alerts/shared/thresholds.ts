import type { Rule, RuleSpec } from '@lumen/protocol/http/alerts/rule'
import type { HostSelector, Scope } from '@lumen/protocol/http/alerts/scope'
import type { Threshold } from '../../../charts/picture.ts'

/** The values a rule compares with on a host, mildest first; none for a rule whose numbers are not the metric's own. */
export function thresholdsOn(spec: RuleSpec, hostId: number | null): Threshold[] {
  const { condition } = spec
  if (condition.kind !== 'threshold') return []
  const own = spec.overrides.find(({ host_id }) => host_id === hostId)
  const pick = (level: Threshold['level']) => {
    const value = own?.[level] === undefined ? condition[level] : own[level]
    return value === null || value === undefined ? [] : [{ level, value }]
  }
  return [...pick('warning'), ...pick('critical')]
}

interface ScopedHost {
  id: number
  name: string
  tags: readonly string[]
}

/** What rules in force compare a metric of a host with, for all its rows alike. */
export function thresholdsOfMetric(rules: readonly Rule[], host: ScopedHost, metric: string): Threshold[] {
  return rules.flatMap(({ spec }) => {
    const { condition, overrides, is_enabled, scope } = spec
    if (!is_enabled || condition.kind !== 'threshold' || condition.metric !== metric) return []
    const isOff = overrides.some(({ host_id, is_enabled: isOn }) => host_id === host.id && !isOn)
    return isOff || condition.key !== '*' || !isInScope(scope, host) ? [] : thresholdsOn(spec, host.id)
  })
}

/** As the hub chooses hosts; here only to draw, the hub decides. */
export function isInScope({ hosts, except }: Scope, host: ScopedHost): boolean {
  if (except.some((selector) => selects(selector, host))) return false
  return hosts === 'all' || hosts.some((selector) => selects(selector, host))
}

function selects(selector: HostSelector, host: ScopedHost): boolean {
  if (selector.by === 'host') return selector.id === host.id
  if (selector.by === 'tag') return host.tags.includes(selector.tag)
  const pattern = selector.glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${pattern}$`, 'isu').test(host.name)
}
