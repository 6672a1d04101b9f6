import { findMetric, type Metric } from '@lumen/model/metric'
import type { Condition, RuleSpec } from '@lumen/protocol/http/alerts/rule'
import type { HostSelector } from '@lumen/protocol/http/alerts/scope'
import { type Thresholds, thresholdsOf } from '@lumen/protocol/http/alerts/thresholds'
import type { FieldFault } from '../field-fault.ts'
import { Refusal } from '../refusal.ts'
import { mildestOf } from './evaluate.ts'
import { valueText } from './value-text.ts'

/** What exists now. */
export interface KnownToRules {
  isHost(id: number): boolean
  isChannel(id: number): boolean
}

const MOST_FAULTS = 20
const YEAR_HOURS = 365 * 24
const MOST_PERCENT = 100_000

/** What the shape of a rule cannot say: whether its metric, hosts and channels exist, and whether its thresholds can be
 * reached and stand in order.
 * @throws {Refusal} 400 `rule_invalid`, each fault by its path */
export function checkRule(spec: RuleSpec, known: KnownToRules): void {
  const errors = [
    ...conditionFaults(spec.condition),
    ...selectorFaults(spec.scope.hosts === 'all' ? [] : spec.scope.hosts, 'scope.hosts', known),
    ...selectorFaults(spec.scope.except, 'scope.except', known),
    ...overrideFaults(spec, known),
    ...channelFaults(spec.channels ?? [], 'channels', known),
    ...channelFaults(spec.escalate?.channels ?? [], 'escalate.channels', known),
  ]
  const [first] = errors
  if (first === undefined) return
  throw new Refusal(400, 'rule_invalid', `The rule is invalid: ${first.path} ${first.message}`, {
    errors: errors.slice(0, MOST_FAULTS),
  })
}

/** Whether rules can be made about it: what is never written has no history to try a rule on. */
function isAlertable({ spec }: Metric): boolean {
  return spec.isPersisted
}

function conditionFaults(condition: Condition): FieldFault[] {
  if (condition.kind === 'state') return []
  const metric = findMetric(condition.metric)
  const path = 'condition.metric'
  if (metric === undefined) return [{ path, message: `has no metric named ${condition.metric}` }]
  if (!isAlertable(metric)) return [{ path, message: 'is live only: no rule can be made about it' }]
  if (condition.kind === 'fills' && metric.spec.unit !== 'percent') {
    return [{ path, message: 'does not say how full something is: wanted a percentage' }]
  }
  const thresholds = thresholdsOf(condition)
  return thresholds === null ? [] : thresholdFaults(thresholds, condition, 'condition')
}

function overrideFaults({ overrides, condition }: RuleSpec, known: KnownToRules): FieldFault[] {
  const seen = new Set<number>()
  return overrides.flatMap((override, index) => {
    const path = `overrides[${index}]`
    const faults: FieldFault[] = []
    if (!known.isHost(override.host_id)) faults.push({ path: `${path}.host_id`, message: 'is no host' })
    if (seen.has(override.host_id)) faults.push({ path: `${path}.host_id`, message: 'is there twice' })
    seen.add(override.host_id)
    const own = (['warning', 'critical', 'clear'] as const).filter((name) => override[name] !== undefined)
    const thresholds = thresholdsOf(condition, override)
    if (thresholds === null) {
      return [
        ...faults,
        ...own.map((name) => ({ path: `${path}.${name}`, message: 'is compared with nothing' })),
      ]
    }
    if (override.clear !== undefined && condition.kind !== 'threshold') {
      return [...faults, { path: `${path}.clear`, message: 'is for thresholds only' }]
    }
    const isReadable = condition.kind !== 'state' && findMetric(condition.metric) !== undefined
    return own.length === 0 || !isReadable
      ? faults
      : [...faults, ...thresholdFaults(thresholds, condition, path)]
  })
}

/** Thresholds out of reach, none at all, or in the wrong order. */
function thresholdFaults(thresholds: Thresholds, condition: Condition, under: string): FieldFault[] {
  const { direction, warning, critical, clear } = thresholds
  if (mildestOf(thresholds) === null) {
    return [{ path: `${under}.warning`, message: 'or critical must be set' }]
  }
  const faults: FieldFault[] = []
  for (const name of ['warning', 'critical'] as const) {
    const message = outOfReach(thresholds[name], condition)
    if (message !== null) faults.push({ path: `${under}.${name}`, message })
  }
  const isAbove = direction === 'above'
  if (warning !== null && critical !== null && (isAbove ? critical <= warning : critical >= warning)) {
    const side = isAbove ? 'above' : 'below'
    faults.push({ path: `${under}.critical`, message: `must lie ${side} the warning` })
  }
  const mildest = warning ?? critical
  if (clear !== null && mildest !== null && (isAbove ? clear > mildest : clear < mildest)) {
    const side = isAbove ? 'above' : 'below'
    faults.push({ path: `${under}.clear`, message: `must not lie ${side} the mildest threshold` })
  }
  const bounds = condition.kind === 'threshold' ? findMetric(condition.metric)?.spec.bounds : undefined
  if (clear !== null && bounds !== undefined && (clear < bounds[0] || clear > bounds[1])) {
    faults.push({ path: `${under}.clear`, message: 'is no value it can have' })
  }
  return faults
}

function outOfReach(threshold: number | null, condition: Condition): string | null {
  if (threshold === null || condition.kind === 'state') return null
  if (condition.kind === 'fills') {
    return threshold > 0 && threshold <= YEAR_HOURS ? null : `must be over 0 and at most ${YEAR_HOURS} hours`
  }
  if (condition.kind === 'changes') {
    const most = condition.direction === 'down' ? 100 : MOST_PERCENT
    return threshold > 0 && threshold < most ? null : `must be over 0 and under ${most} %`
  }
  const spec = findMetric(condition.metric)?.spec
  if (spec === undefined) return null
  const [min, max] = spec.bounds
  const isReachable =
    condition.direction === 'above'
      ? threshold >= min && threshold < max
      : threshold > min && threshold <= max
  if (isReachable) return null
  return `can never be passed: it is between ${valueText(min, spec.unit)} and ${valueText(max, spec.unit)}`
}

function selectorFaults(
  selectors: readonly HostSelector[],
  under: string,
  known: KnownToRules,
): FieldFault[] {
  return selectors.flatMap((selector, index) =>
    selector.by === 'host' && !known.isHost(selector.id)
      ? [{ path: `${under}[${index}].id`, message: 'is no host' }]
      : [],
  )
}

function channelFaults(ids: readonly number[], under: string, known: KnownToRules): FieldFault[] {
  return ids.flatMap((id, index) =>
    known.isChannel(id) ? [] : [{ path: `${under}[${index}]`, message: 'is no channel' }],
  )
}
