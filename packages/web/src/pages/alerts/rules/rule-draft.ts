import type { Unit } from '@lumen/model/field'
import { findMetric } from '@lumen/model/metric'
import type { AlertLevel, Condition, RuleSpec, StateCondition } from '@lumen/protocol/http/alerts/rule'
import type { HostSelector } from '@lumen/protocol/http/alerts/scope'
import type { WeekSchedule } from '@lumen/protocol/http/alerts/week-schedule'
import { textOf } from '../../settings/number-text.ts'
import { scaleFor, scalesOf, unitOfCondition } from '../shared/quantity.ts'
import { signedNumberOf } from '../shared/signed-number.ts'
import { readSpan, type SpanDraft, spanDraft } from '../shared/time-span.ts'

export type ConditionKind = Condition['kind']
export type Direction = 'above' | 'below' | 'up' | 'down' | 'either'

/** Numbers for one host as typed; an empty one is the rule's own. */
export interface OverrideDraft {
  hostId: number
  isEnabled: boolean
  warning: string
  critical: string
  clear: string
  /** Null: the rule's own. */
  lasts: SpanDraft | null
}

/** A rule as its form holds it: what is typed stays as typed, and what another kind of condition needs is kept. */
export interface RuleDraft {
  name: string
  isEnabled: boolean
  kind: ConditionKind
  metric: string
  key: string
  direction: Direction
  warning: string
  critical: string
  clear: string
  least: string
  /** What one of the typed thresholds is of the unit (1024³ for GiB). */
  scale: number
  state: StateCondition
  level: AlertLevel
  lasts: SpanDraft
  noData: RuleSpec['no_data']
  isEverywhere: boolean
  hosts: HostSelector[]
  except: HostSelector[]
  schedule: WeekSchedule | null
  overrides: OverrideDraft[]
  /** Null: the channels that take alerts by default. */
  channels: number[] | null
  /** Null: told once. */
  repeats: SpanDraft | null
  escalates: { after: SpanDraft; channels: number[] } | null
}

/** The draft of a rule; without one, of a new rule about the CPU. */
export function draftOf(spec: RuleSpec | undefined): RuleDraft {
  const { condition } = spec ?? { condition: undefined }
  const compared = condition !== undefined && condition.kind !== 'state' ? condition : undefined
  const clear = condition?.kind === 'threshold' ? condition.clear : null
  const unit = condition === undefined ? 'percent' : (unitOfCondition(condition) ?? 'percent')
  const scale = scaleFor(unit, [compared?.warning, compared?.critical, clear])
  const typed = (value: number | null | undefined) => (value == null ? '' : textOf(value / scale))
  return {
    name: spec?.name ?? '',
    isEnabled: spec?.is_enabled ?? true,
    kind: condition?.kind ?? 'threshold',
    metric: compared?.metric ?? 'host.cpu_pct',
    key: condition?.key ?? '*',
    direction: directionOf(condition),
    warning: condition === undefined ? '90' : typed(compared?.warning),
    critical: typed(compared?.critical),
    clear: typed(clear),
    least: condition?.kind === 'changes' ? textOf(condition.least / leastFactor(condition.metric)) : '0',
    scale,
    state: condition?.kind === 'state' ? condition.state : 'host_down',
    level: condition?.kind === 'state' ? condition.level : 'critical',
    lasts: spanDraft(spec?.for_ms ?? 5 * 60_000),
    noData: spec?.no_data ?? 'keep',
    isEverywhere: spec === undefined || spec.scope.hosts === 'all',
    hosts: spec === undefined || spec.scope.hosts === 'all' ? [] : [...spec.scope.hosts],
    except: [...(spec?.scope.except ?? [])],
    schedule: spec?.schedule ?? null,
    overrides: (spec?.overrides ?? []).map((one) => ({
      hostId: one.host_id,
      isEnabled: one.is_enabled,
      warning: typed(one.warning),
      critical: typed(one.critical),
      clear: typed(one.clear),
      lasts: one.for_ms === undefined ? null : spanDraft(one.for_ms),
    })),
    channels: spec?.channels ?? null,
    repeats: spec?.repeat_ms == null ? null : spanDraft(spec.repeat_ms),
    escalates:
      spec?.escalate == null
        ? null
        : { after: spanDraft(spec.escalate.after_ms), channels: [...spec.escalate.channels] },
  }
}

const directionOf = (condition: Condition | undefined): Direction =>
  condition?.kind === 'threshold' || condition?.kind === 'changes' ? condition.direction : 'above'

export type DraftFault = 'number' | 'missing'

export interface ReadRule {
  /** What the hub is asked to take; with faults, as near as it can be read. */
  spec: RuleSpec
  /** What cannot be read, by the hub's own paths. */
  faults: Readonly<Record<string, DraftFault>>
}

/** The rule a draft stands for. What only the hub can judge (bounds, order, names that exist) is left to it.
 * `fallbackName`: for a rule that has none yet. */
export function readDraft(draft: RuleDraft, fallbackName: string): ReadRule {
  const faults: Record<string, DraftFault> = {}
  const number = (text: string, path: string, scale: number): number | null => {
    if (text.trim() === '') return null
    const value = signedNumberOf(text)
    if (value === undefined) faults[path] = 'number'
    return value === undefined ? null : exact(value * scale)
  }
  const span = (typed: SpanDraft, path: string): number => {
    const ms = readSpan(typed)
    if (ms === undefined) faults[path] = 'number'
    return ms ?? 0
  }
  const condition = readCondition(draft, number, faults)
  if (!draft.isEverywhere && draft.hosts.length === 0) faults['scope.hosts'] = 'missing'
  const overrides = draft.overrides.map((one, i): RuleSpec['overrides'][number] => {
    const at = `overrides.${i}`
    const own = (name: 'warning' | 'critical' | 'clear') => {
      const value = number(one[name], `${at}.${name}`, draft.scale)
      return value === null ? {} : { [name]: value }
    }
    return {
      host_id: one.hostId,
      is_enabled: one.isEnabled,
      ...(draft.kind === 'state' ? {} : { ...own('warning'), ...own('critical') }),
      ...(draft.kind === 'threshold' ? own('clear') : {}),
      ...(one.lasts === null ? {} : { for_ms: span(one.lasts, `${at}.for_ms`) }),
    }
  })
  const spec: RuleSpec = {
    name: draft.name.trim() || fallbackName,
    is_enabled: draft.isEnabled,
    scope: { hosts: draft.isEverywhere ? 'all' : draft.hosts, except: draft.except },
    condition,
    for_ms: span(draft.lasts, 'for_ms'),
    no_data: draft.noData,
    schedule: draft.schedule,
    overrides,
    channels: draft.channels,
    repeat_ms: draft.repeats === null ? null : span(draft.repeats, 'repeat_ms'),
    escalate:
      draft.escalates === null
        ? null
        : {
            after_ms: span(draft.escalates.after, 'escalate.after_ms'),
            channels: draft.escalates.channels,
          },
  }
  if (draft.escalates?.channels.length === 0) faults['escalate.channels'] = 'missing'
  return { spec, faults }
}

type ReadNumber = (text: string, path: string, scale: number) => number | null

function readCondition(draft: RuleDraft, number: ReadNumber, faults: Record<string, DraftFault>): Condition {
  const key = draft.key.trim() || '*'
  if (draft.kind === 'state') return { kind: 'state', state: draft.state, key, level: draft.level }
  const { metric } = draft
  const scale = draft.scale
  const warning = number(draft.warning, 'condition.warning', scale)
  const critical = number(draft.critical, 'condition.critical', scale)
  if (draft.warning.trim() === '' && draft.critical.trim() === '') faults['condition.warning'] = 'missing'
  if (draft.kind === 'fills') return { kind: 'fills', metric, key, warning, critical }
  if (draft.kind === 'changes') {
    const direction = draft.direction === 'up' || draft.direction === 'down' ? draft.direction : 'either'
    const least = number(draft.least, 'condition.least', leastFactor(metric)) ?? 0
    return { kind: 'changes', metric, key, direction, warning, critical, least }
  }
  const direction = draft.direction === 'below' ? 'below' : 'above'
  const clear = number(draft.clear, 'condition.clear', scale)
  return { kind: 'threshold', metric, key, direction, warning, critical, clear }
}

/** What one of the least change is typed in: the smallest size of the metric's unit. */
export function leastFactor(metric: string): number {
  const unit = findMetric(metric)?.spec.unit
  return unit === undefined ? 1 : scalesOf(unit)[0]!.factor
}

/** Without the dust of a multiplication: 0.1 GiB is a whole number of bytes as near as it can be. */
const exact = (value: number) => Number(value.toPrecision(12))

/** The draft with another condition or metric: thresholds of another unit would mean something else, so they go. */
export function withCondition(
  draft: RuleDraft,
  change: { kind?: ConditionKind; metric?: string },
): RuleDraft {
  const next = { ...draft, ...change }
  const unit = unitOfCondition(next)
  if (unit === unitOfCondition(draft)) return next
  const scale = unit === null ? 1 : scaleFor(unit, [])
  const [warning, critical] = unit === null ? ['', ''] : usualThresholds(next.kind, unit)
  const overrides = draft.overrides.map((one) => ({ ...one, warning: '', critical: '', clear: '' }))
  return { ...next, scale, warning, critical, clear: '', overrides }
}

function usualThresholds(kind: ConditionKind, unit: Unit): [string, string] {
  if (kind === 'fills') return ['24', '4']
  if (kind === 'changes') return ['100', '']
  if (unit === 'percent') return ['90', '']
  return unit === 'celsius' ? ['80', '90'] : ['', '']
}

/** The draft with its thresholds typed in another scale; they keep what they mean. */
export function withScale(draft: RuleDraft, scale: number): RuleDraft {
  const turned = (text: string) => {
    const value = signedNumberOf(text)
    return value === undefined ? text : textOf((value * draft.scale) / scale)
  }
  return {
    ...draft,
    scale,
    warning: turned(draft.warning),
    critical: turned(draft.critical),
    clear: turned(draft.clear),
    overrides: draft.overrides.map((one) => ({
      ...one,
      warning: turned(one.warning),
      critical: turned(one.critical),
      clear: turned(one.clear),
    })),
  }
}

export interface Suggestion {
  warning: number | null
  critical: number | null
  for_ms: number
}

/** The draft with what the rehearsal suggests. */
export function withSuggestion(draft: RuleDraft, suggestion: Suggestion): RuleDraft {
  const unit = unitOfCondition(draft) ?? 'percent'
  const scale = scalesOf(unit).length > 1 ? scaleFor(unit, [suggestion.warning, suggestion.critical]) : 1
  const typed = (value: number | null) => (value === null ? '' : textOf(value / scale))
  return {
    ...withScale(draft, scale),
    warning: typed(suggestion.warning),
    critical: typed(suggestion.critical),
    clear: '',
    lasts: spanDraft(suggestion.for_ms),
  }
}
