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
import { COARSE_MS, readHistory, type Thing } from './history-parts.ts'
import { type Replayed, type ReplayRule, replay, type Stretch } from './replay.ts'
import { suggest } from './suggest.ts'
import { toldWithin } from './told-within.ts'

export interface RehearsalParts {
  tsdb: Tsdb
  hosts(): Iterable<SelectableHost>
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
  /** Of the rule itself, fixed point; null: no number is compared, so none can be suggested. */
  thresholds: Thresholds | null
  scale: number
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
  const alerts: RehearsedAlert[] = []
  let kept: (readonly Stretch[])[] | null = score.thresholds === null ? null : []
  let keptBuckets = 0
  let buckets = 0
  let first = Number.POSITIVE_INFINITY
  const isWanted = (key: string) => matchesGlob(spec.condition.key, key)
  const { seam } = await readHistory(
    parts.tsdb,
    { hosts: [...checks.keys()], metric: score.metric, range, isWanted },
    async (things) => {
      for (const thing of things) {
        await breath.pause()
        const size = thing.stretches.reduce((sum, { avg }) => sum + avg.length, 0)
        buckets += size
        if (buckets > MOST_BUCKETS) return
        first = Math.min(first, firstOf(thing.stretches))
        const check = checks.get(thing.hostId)!
        const rule = ruleOf(check, score)
        const stretches = score.thresholds === null ? silenceOf(thing.stretches) : thing.stretches
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
  if (first === Number.POSITIVE_INFINITY) return nothing(range, null)
  alerts.sort((one, other) => other.from - one.from)
  const covered = coveredOf(first, seam, range.to)
  const suggested =
    kept === null || score.thresholds === null
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

/** A sentence where history has no answer. */
function scoreOf({ condition }: RuleSpec): Score | string {
  switch (condition.kind) {
    case 'threshold': {
      const metric = findMetric(condition.metric)
      const thresholds = thresholdsOf(condition)
      if (metric === undefined || thresholds === null || !metric.spec.isPersisted)
        return 'This metric is not kept, so there is no history to try the rule on'
      const scale = scaleOf(metric.spec)
      return { metric, scale, thresholds: scaleThresholds(thresholds, scale) }
    }
    case 'fills':
      return 'What fills up is judged by a day before each moment; that is not replayed over history'
    case 'changes':
      return 'A change is judged against the week before; that is not replayed over history'
    case 'state':
      if (condition.state === 'host_down')
        return { metric: findMetric(ALWAYS_THERE)!, scale: 1, thresholds: null }
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

function ruleOf({ source, forMs, spec }: Check, { thresholds }: Score): ReplayRule {
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
  return { thresholds: thresholds ?? SILENCE, forMs, noData: spec.no_data }
}

function isOverridden({ overrides }: RuleSpec, hostId: number): boolean {
  return overrides.some(({ host_id }) => host_id === hostId)
}

/** 1 in buckets without a value, 0 in those with one; before the first nothing is known. */
function silenceOf(stretches: readonly Stretch[]): Stretch[] {
  let isBefore = true
  return stretches.map(({ avg, ...stretch }) => {
    const silence = avg.map((value) => {
      if (!Number.isNaN(value)) isBefore = false
      if (isBefore) return Number.NaN
      return Number.isNaN(value) ? 1 : 0
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
  { scale, thresholds }: Score,
  names: ReadonlyMap<number, string>,
): RehearsedAlert {
  const { level, from, to, peak } = alert
  const isNumber = thresholds !== null && !Number.isNaN(peak)
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
