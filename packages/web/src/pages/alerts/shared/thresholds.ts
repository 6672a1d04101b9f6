import type { Rule, RuleSpec } from '@lumen/protocol/http/alerts/rule'
import { isInScope, type SelectableHost } from '@lumen/protocol/http/alerts/selects'
import { thresholdsOf } from '@lumen/protocol/http/alerts/thresholds'
import type { Threshold } from '../../../charts/picture.ts'
import { ALERT_LEVELS } from './levels.ts'

/** The values a rule compares with on a host, mildest first; none for a rule whose numbers are not the metric's own. */
export function thresholdsOn(spec: RuleSpec, hostId: number | null): Threshold[] {
  const { condition, overrides } = spec
  if (condition.kind !== 'threshold') return []
  const own = overrides.find(({ host_id }) => host_id === hostId)
  const values = thresholdsOf(condition, own)
  return ALERT_LEVELS.flatMap((level) => {
    const value = values?.[level] ?? null
    return value === null ? [] : [{ level, value }]
  })
}

/** What rules in force compare a metric of a host with, for all its rows alike. */
export function thresholdsOfMetric(
  rules: readonly Rule[],
  host: SelectableHost,
  metric: string,
): Threshold[] {
  return rules.flatMap(({ spec }) => {
    const { condition, overrides, is_enabled, scope } = spec
    if (!is_enabled || condition.kind !== 'threshold' || condition.metric !== metric) return []
    const isOff = overrides.some(({ host_id, is_enabled: isOn }) => host_id === host.id && !isOn)
    return isOff || condition.key !== '*' || !isInScope(scope, host) ? [] : thresholdsOn(spec, host.id)
  })
}
