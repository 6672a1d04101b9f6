import { scaleOf } from '@lumen/model/fixed-point'
import { findMetric, type Metric } from '@lumen/model/metric'
import { DAY, MINUTE, type TimeRange } from '@lumen/model/time'
import type { Rehearsal, RehearsedAlert } from '@lumen/protocol/http/alerts/rehearsal'
import type { RuleSpec } from '@lumen/protocol/http/alerts/rule'
import type { SelectableHost } from '@lumen/protocol/http/alerts/selects'
import { type Thresholds, thresholdsOf } from '@lumen/protocol/http/alerts/thresholds'
import { matchesGlob } from '@lumen/std/glob'
import type { Tsdb } from '@lumen/tsdb/api'
import { type Check, checksOf } from '../check.ts'
import { scaleThresholds } from '../evaluate.ts'
import { Breath } from './breath.ts'
import { DerivedHistory, fiveMinutesOf, lookBackMs } from './derive-history.ts'
import { COARSE_MS, readHistory, type Thing } from './history-parts.ts'
import { type Replayed, type ReplayRule, replay, type Stretch } from './replay.ts'
import { suggest } from './suggest.ts'
import { toldWithin } from './told-within.ts'

export interface RehearsalParts {
  tsdb: Tsdb
  hosts(): Iterable<SelectableHost>
  /** Stretches of a host's history that were taken over from elsewhere, with a value only now and then. */
  imported(hostId: number, range: TimeRange): readonly TimeRange[]
  now(): number
}

const MONTH_MS = 30 * DAY
const MOST_ALERTS = 200
/** Buckets kept for a suggestion: 64 MB with maxima. */
const MOST_KEPT = 4_000_000
/** Buckets replayed at most: some thousand things over a month. */
const MOST_BUCKETS = 40_000_000
/** There in every frame, so a bucket without it is one in which the host said nothing. */
const ALWAYS_THERE = 'host.mem_used_bytes'
/** Silence as a number: something is wrong where it is above 0. */
const SILENCE: Thresholds = { direction: 'above', warning: null, critical: 0, clear: null }

/** What history is read, and how what is found in it is judged. */
interface Score {
  metric: Metric
  /** What is replayed: the values, that there are none, or numbers worked out from them. */
  kind: 'values' | 'silence' | 'derived'
  /** Of the rule itself, in the unit of what is replayed. */
  thresholds: Thresholds
  /** Replayed values by this are in the condition's unit. */
  scale: number
  /** What is read goes back so far before the first moment that is judged. */
  lookBackMs: number
}

/** When a rule would have fired over the last 30 days: stored history through the engine's own evaluator and machine.
 * @throws the signal's reason, `answer_too_large`, and what the store throws */
export async function rehearse(
  spec: RuleSpec,
  parts: RehearsalParts,
  signal: AbortSignal,
): Promise<Rehearsal> {
  const to = Math.floor(parts.now() / MINUTE) * MINUTE
  const range = { from: to - MONTH_MS, to }
  const score = scoreOf(spec)
  if (typeof score === 'string') return nothing(range, score)
  const { checks, names } = checksByHost(spec, parts.hosts())
  const breath = new Breath(signal)
  const derived = derivedOf(spec, breath)
  const alerts: RehearsedAlert[] = []
  let kept: (readonly Stretch[])[] | null = score.kind === 'values' ? [] : null
  let keptBuckets = 0
  let buckets = 0
  let first = Number.POSITIVE_INFINITY
  const isWanted = (key: string) => matchesGlob(spec.condition.key, key)
  const { seam } = await readHistory(
    parts.tsdb,
    {
      ...{ hosts: [...checks.keys()], metric: score.metric, isFine: score.kind !== 'derived', isWanted },
      range: { from: range.from - score.lookBackMs, to: range.to },
    },
    async (things) => {
      for (const thing of things) {
        await breath.pause()
        const size = thing.stretches.reduce((sum, { avg }) => sum + avg.length, 0)
        buckets += size
        if (buckets > MOST_BUCKETS || derived?.isExhausted) return
        const check = checks.get(thing.hostId)!
        const rule = ruleOf(check, score)
        const imported = score.kind === 'silence' ? parts.imported(thing.hostId, range) : []
        const stretches = await replayedOf(thing, rule.thresholds, score, derived, range, imported)
        first = Math.min(first, firstOf(stretches))
        for (const alert of ended(replay(stretches, rule), thing, range.to)) {
          const told = toldWithin(spec.schedule, alert)
          if (told !== null) alerts.push(wire(told, thing, check, score, names))
        }
        if (kept === null || isOverridden(spec, thing.hostId)) continue
        keptBuckets += size
        if (keptBuckets > MOST_KEPT) kept = null
        else kept.push(thing.stretches)
      }
    },
  )
  if (buckets > MOST_BUCKETS)
    return nothing(range, 'The rule looks at too many things to replay: name fewer hosts or keys')
  if (derived?.isExhausted)
    return nothing(
      range,
      'Too many things were about to be full to replay all of it: name fewer hosts or keys',
    )
  if (first === Number.POSITIVE_INFINITY) return nothing(range, null)
  alerts.sort((one, other) => other.from - one.from)
  const covered = coveredOf(first, seam, range.to)
  const suggested =
    kept === null
      ? null
      : await suggest(
          kept,
          { thresholds: score.thresholds, forMs: spec.for_ms, spec },
          range.to - first,
          breath,
        )
  const unit = (value: number | null) => (value === null ? null : value / score.scale)
  return {
    ...range,
    covered,
    counts: {
      day: countSince(alerts, range.to - DAY, first),
      week: countSince(alerts, range.to - 7 * DAY, first),
      month: countSince(alerts, range.from, first),
    },
    longest_ms:
      alerts.length === 0 ? null : Math.max(...alerts.map(({ from, to: end }) => (end ?? to) - from)),
    alerts: alerts.slice(0, MOST_ALERTS),
    total: alerts.length,
    suggestion: suggested && {
      warning: unit(suggested.warning),
      critical: unit(suggested.critical),
      for_ms: suggested.forMs,
      per_month: Math.round(suggested.perMonth * 10) / 10,
    },
    limit: null,
  }
}

const NOT_KEPT = 'This metric is not kept, so there is no history to try the rule on'

/** A sentence where history has no answer. */
function scoreOf({ condition }: RuleSpec): Score | string {
  switch (condition.kind) {
    case 'threshold': {
      const metric = findMetric(condition.metric)
      const thresholds = thresholdsOf(condition)
      if (metric === undefined || thresholds === null || !metric.spec.isPersisted) return NOT_KEPT
      const scale = scaleOf(metric.spec)
      return { metric, kind: 'values', scale, thresholds: scaleThresholds(thresholds, scale), lookBackMs: 0 }
    }
    case 'fills':
    case 'changes': {
      const metric = findMetric(condition.metric)
      const thresholds = thresholdsOf(condition)
      if (metric === undefined || thresholds === null || !metric.spec.isPersisted) return NOT_KEPT
      return { metric, kind: 'derived', scale: 1, thresholds, lookBackMs: lookBackMs(condition) }
    }
    case 'state':
      if (condition.state === 'host_down') {
        const metric = findMetric(ALWAYS_THERE)!
        return { metric, kind: 'silence', scale: 1, thresholds: SILENCE, lookBackMs: 0 }
      }
      return 'History keeps numbers, not states: when this was so before is not known'
  }
}

function checksByHost(spec: RuleSpec, hosts: Iterable<SelectableHost>) {
  const rule = { id: 0, spec: { ...spec, is_enabled: true }, template: null, createdAt: 0, changedAt: 0 }
  const checks = new Map<number, Check>()
  const names = new Map<number, string>()
  for (const host of hosts) {
    const [check] = checksOf(rule, host)
    if (check === undefined) continue
    checks.set(host.id, check)
    names.set(host.id, host.name)
  }
  return { checks, names }
}

function derivedOf({ condition }: RuleSpec, breath: Breath): DerivedHistory | null {
  return condition.kind === 'fills' || condition.kind === 'changes'
    ? new DerivedHistory(condition, breath)
    : null
}

async function replayedOf(
  { stretches }: Thing,
  thresholds: Thresholds,
  { kind, metric }: Score,
  derived: DerivedHistory | null,
  range: TimeRange,
  imported: readonly TimeRange[],
): Promise<readonly Stretch[]> {
  if (derived === null) return kind === 'silence' ? silenceOf(stretches, imported) : stretches
  const history = fiveMinutesOf(stretches, scaleOf(metric.spec))
  return [await derived.of(history, thresholds, range.from, range.to)]
}

function ruleOf({ source, forMs, spec, thresholds: own }: Check, { thresholds }: Score): ReplayRule {
  if (source.kind === 'metric') return { thresholds: source.scaled, forMs, noData: spec.no_data }
  if (source.kind === 'presence') {
    const { level } = source
    return {
      thresholds: {
        ...SILENCE,
        warning: level === 'warning' ? 0 : null,
        critical: level === 'critical' ? 0 : null,
      },
      forMs,
      noData: 'keep',
    }
  }
  return { thresholds: own ?? thresholds, forMs, noData: spec.no_data, isHeld: false }
}

function isOverridden({ overrides }: RuleSpec, hostId: number): boolean {
  return overrides.some(({ host_id }) => host_id === hostId)
}

/** 1 in buckets without a value, 0 in those with one and between the rows of imported history; before the first nothing
 * is known. */
function silenceOf(stretches: readonly Stretch[], imported: readonly TimeRange[]): Stretch[] {
  let isBefore = true
  const isBetweenRows = (at: number) => imported.some(({ from, to }) => at >= from && at < to)
  return stretches.map(({ avg, ...stretch }) => {
    const silence = avg.map((value, bucket) => {
      if (!Number.isNaN(value)) isBefore = false
      if (isBefore) return Number.NaN
      return Number.isNaN(value) && !isBetweenRows(stretch.start + bucket * stretch.stepMs) ? 1 : 0
    })
    return { ...stretch, avg: silence, max: null }
  })
}

/** A thing that is gone fires no more: it has keys that come and go, and no value until now. */
function ended(alerts: Replayed[], { stretches, key }: Thing, now: number): Replayed[] {
  const last = alerts.at(-1)
  if (key === '' || last === undefined || last.to !== null) return alerts
  const end = lastOf(stretches)
  if (end < now - GONE_AFTER_MS) last.to = Math.max(end, last.from)
  return alerts
}

const GONE_AFTER_MS = 2 * COARSE_MS

/** Start of the first bucket with a value, and end of the last. */
function firstOf(stretches: readonly Stretch[]): number {
  for (const { start, stepMs, avg } of stretches) {
    const bucket = avg.findIndex((value) => !Number.isNaN(value))
    if (bucket >= 0) return start + bucket * stepMs
  }
  return Number.POSITIVE_INFINITY
}

function lastOf(stretches: readonly Stretch[]): number {
  for (const { start, stepMs, avg } of stretches.toReversed()) {
    const bucket = avg.findLastIndex((value) => !Number.isNaN(value))
    if (bucket >= 0) return start + (bucket + 1) * stepMs
  }
  return Number.NEGATIVE_INFINITY
}

function coveredOf(first: number, seam: number, to: number): Rehearsal['covered'] {
  return [
    { from: first, to: Math.min(seam, to), step_ms: COARSE_MS },
    { from: Math.max(first, seam), to, step_ms: MINUTE },
  ].filter((part) => part.from < part.to)
}

/** null where history does not go back so far, by more than a bucket. */
function countSince(alerts: readonly RehearsedAlert[], since: number, first: number): number | null {
  if (first > since + COARSE_MS) return null
  return alerts.filter(({ from }) => from >= since).length
}

function wire(
  alert: Replayed,
  { hostId, key }: Thing,
  { entity }: Check,
  { scale, kind }: Score,
  names: ReadonlyMap<number, string>,
): RehearsedAlert {
  const { level, from, to, peak } = alert
  const isNumber = kind !== 'silence' && Number.isFinite(peak)
  return {
    ...{ host_id: hostId, host: names.get(hostId) ?? '', entity, key, level, from, to },
    peak: isNumber ? peak / scale : null,
  }
}

function nothing(range: TimeRange, limit: string | null): Rehearsal {
  return {
    ...range,
    covered: [],
    counts: { day: null, week: null, month: null },
    ...{ longest_ms: null, alerts: [], total: 0, suggestion: null, limit },
  }
}
