import type { EntityName } from '@lumen/model/catalog'
import { scaleOf } from '@lumen/model/fixed-point'
import { findMetric, type Metric } from '@lumen/model/metric'
import type { AlertLevel, Condition, RuleSpec, StateCondition } from '@lumen/protocol/http/alerts/rule'
import { isInScope, type SelectableHost } from '@lumen/protocol/http/alerts/selects'
import { type Thresholds, thresholdsOf } from '@lumen/protocol/http/alerts/thresholds'
import { scaleThresholds } from './evaluate.ts'
import type { StoredRule } from './rule-store.ts'
import { ROW_STATES, type RowState } from './state-conditions.ts'

/** What may be wrong with the hub itself, or with what it alone is told. */
export type HubState = Extract<StateCondition, `hub_${string}`>

/** How a check gets at its readings: from every sample, by the clock, or now and then from history. */
export type CheckSource =
  | { kind: 'metric'; metric: Metric; scaled: Thresholds }
  | { kind: 'row'; state: RowState; level: AlertLevel }
  | { kind: 'presence'; state: 'host_down' | 'agent_outdated'; level: AlertLevel }
  | { kind: 'hub'; state: HubState; level: AlertLevel }
  | { kind: 'derived'; metric: Metric }

/** One rule as it stands for one host (or the hub itself) and one kind of thing. */
export interface Check {
  readonly rule: StoredRule
  readonly spec: RuleSpec
  /** Null: the hub itself. */
  readonly hostId: number | null
  readonly entity: EntityName | 'hub'
  readonly key: string
  readonly forMs: number
  /** In the condition's unit; null: nothing is compared. */
  readonly thresholds: Thresholds | null
  readonly source: CheckSource
}

/** What a rule looks at on a host; nothing when it is turned off there, does not cover it or is about the hub. */
export function checksOf(rule: StoredRule, host: SelectableHost): Check[] {
  const { spec } = rule
  const override = spec.overrides.find(({ host_id }) => host_id === host.id)
  if (!spec.is_enabled || override?.is_enabled === false || !isInScope(spec.scope, host)) return []
  const thresholds = thresholdsOf(spec.condition, override)
  const shared = {
    ...{ rule, spec, hostId: host.id, thresholds, key: spec.condition.key },
    forMs: override?.for_ms ?? spec.for_ms,
  }
  return sourcesOf(spec, thresholds).map(({ entity, source }) => ({ ...shared, entity, source }))
}

/** What a rule looks at of the hub itself. */
export function hubChecksOf(rule: StoredRule): Check[] {
  const { spec } = rule
  if (!spec.is_enabled || spec.condition.kind !== 'state' || !isHubState(spec.condition.state)) return []
  const { state, level, key } = spec.condition
  return [
    {
      ...{ rule, spec, hostId: null, entity: 'hub', key, forMs: spec.for_ms, thresholds: null },
      source: { kind: 'hub', state, level },
    },
  ]
}

export function isHubState(state: StateCondition): state is HubState {
  return state.startsWith('hub_')
}

function sourcesOf(
  { condition }: RuleSpec,
  thresholds: Thresholds | null,
): { entity: EntityName; source: CheckSource }[] {
  if (condition.kind === 'state') {
    const { state, level } = condition
    if (state === 'host_down' || state === 'agent_outdated') {
      return [{ entity: 'host', source: { kind: 'presence', state, level } }]
    }
    return (ROW_STATES[state] ?? []).map((row) => ({
      entity: row.entity,
      source: { kind: 'row', state: row, level },
    }))
  }
  const metric = findMetric(condition.metric)
  if (metric === undefined || thresholds === null) return []
  const { entity } = metric
  if (condition.kind !== 'threshold') return [{ entity, source: { kind: 'derived', metric } }]
  const scaled = scaleThresholds(thresholds, scaleOf(metric.spec))
  return [{ entity, source: { kind: 'metric', metric, scaled } }]
}

/** Whether two conditions are about the same number or state, whatever they compare it with. */
export function looksAtTheSame(one: Condition, other: Condition): boolean {
  return measureOf(one) === measureOf(other)
}

function measureOf(condition: Condition): string {
  return `${condition.kind} ${condition.kind === 'state' ? condition.state : condition.metric}`
}
