import type { Maintenance, MaintenanceSpec, MaintenanceTime } from '@lumen/protocol/http/alerts/silence'
import { readSpan, type SpanDraft, spanDraft } from '../shared/time-span.ts'
import { type MatcherDraft, matcherDraft, readMatcher } from './matcher-draft.ts'
import { fieldText, fieldTime } from './silence-times.ts'

const HOUR_MS = 3_600_000

/** A window as its form holds it; what another kind of time needs is kept. */
export interface MaintenanceDraft {
  name: string
  isEnabled: boolean
  comment: string
  matcher: MatcherDraft
  kind: MaintenanceTime['kind']
  from: string
  until: string
  zone: string
  days: number[]
  day: string
  at: string
  lasts: SpanDraft
}

export function draftOf(one: Maintenance | undefined, zone: string, now: number): MaintenanceDraft {
  const spec = one?.spec
  const time = spec?.time
  return {
    name: spec?.name ?? '',
    isEnabled: spec?.is_enabled ?? true,
    comment: spec?.comment ?? '',
    matcher:
      spec === undefined ? { ...matcherDraft(undefined), isEverywhere: true } : matcherDraft(spec.matcher),
    kind: time?.kind ?? 'weekly',
    from: fieldText(time?.kind === 'once' ? time.from : Math.ceil(now / HOUR_MS) * HOUR_MS),
    until: fieldText(time?.kind === 'once' ? time.until : Math.ceil(now / HOUR_MS) * HOUR_MS + 2 * HOUR_MS),
    zone: time !== undefined && time.kind !== 'once' ? time.zone : zone,
    days: time?.kind === 'weekly' ? [...time.days] : [7],
    day: String(time?.kind === 'monthly' ? time.day : 1),
    at: time !== undefined && time.kind !== 'once' ? time.at : '03:00',
    lasts: spanDraft(time !== undefined && time.kind !== 'once' ? time.duration_ms : 2 * HOUR_MS),
  }
}

export type MaintenanceFault = 'missing' | 'number' | 'order'

export interface ReadMaintenance {
  /** Set when nothing is wrong. */
  spec?: MaintenanceSpec
  faults: Readonly<Record<string, MaintenanceFault>>
}

/** What a draft says, or what is wrong by the hub's own paths. Zone, time of day and limits are the hub's to judge. */
export function readDraft(draft: MaintenanceDraft): ReadMaintenance {
  const faults: Record<string, MaintenanceFault> = {}
  if (draft.name.trim() === '') faults.name = 'missing'
  const matcher = readMatcher(draft.matcher)
  if (matcher === undefined) faults.matcher = 'missing'
  const time = readTime(draft, faults)
  if (Object.keys(faults).length > 0 || matcher === undefined || time === undefined) return { faults }
  return {
    faults,
    spec: {
      name: draft.name.trim(),
      matcher,
      time,
      is_enabled: draft.isEnabled,
      comment: draft.comment.trim(),
    },
  }
}

function readTime(
  draft: MaintenanceDraft,
  faults: Record<string, MaintenanceFault>,
): MaintenanceTime | undefined {
  if (draft.kind === 'once') {
    const from = fieldTime(draft.from)
    const until = fieldTime(draft.until)
    if (from === undefined) faults['time.from'] = 'missing'
    if (until === undefined) faults['time.until'] = 'missing'
    if (from === undefined || until === undefined) return undefined
    if (until <= from) faults['time.until'] = 'order'
    return { kind: 'once', from, until }
  }
  const duration_ms = readSpan(draft.lasts)
  if (duration_ms === undefined) faults['time.duration_ms'] = 'number'
  if (draft.kind === 'weekly' && draft.days.length === 0) faults['time.days'] = 'missing'
  const day = Number(draft.day)
  if (draft.kind === 'monthly' && !/^\d{1,2}$/.test(draft.day.trim())) faults['time.day'] = 'number'
  if (duration_ms === undefined) return undefined
  const { zone, at, days } = draft
  return draft.kind === 'weekly'
    ? { kind: 'weekly', zone, days, at, duration_ms }
    : { kind: 'monthly', zone, day, at, duration_ms }
}
