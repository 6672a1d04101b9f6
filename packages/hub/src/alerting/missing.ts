import { MINUTE } from '@lumen/model/time'
import type { HostRecord } from '../hosts/host-record.ts'
import type { Presence } from '../hosts/presence.ts'
import { BACK, GONE } from './alert-life.ts'
import type { Check } from './check.ts'
import { DERIVED_EVERY_MS } from './derived/derived-every.ts'
import { type Level, mildestOf } from './evaluate.ts'
import type { HostPlan } from './host-plan.ts'
import { goneAfterMs, historyAfterMs } from './silence-limits.ts'
import type { Subject } from './subject.ts'

/** What staying away says about a thing: nothing (yet), a level, or that its alert is over. */
export type Absence =
  | { kind: 'here' }
  | { kind: 'level'; level: Level | undefined; at: number; words: string | null }
  | { kind: 'over'; reason: string }

const ASKED_LIMIT_MS = 20 * MINUTE

const HERE: Absence = { kind: 'here' }

export interface AbsenceContext {
  now: number
  host: HostRecord
  plan: HostPlan
  presence: Presence
  /** Something came from the host in this run of the hub. */
  isHeard: boolean
}

/** Judges a thing of which nothing may have come for a while. Its host's own silence is no news about it as long as a
 * rule tells of that silence: what fires stays as it is, what was about to begins anew. */
export function missing(subject: Subject, context: AbsenceContext): Absence {
  const { now, host, plan, presence, isHeard } = context
  const { check, track } = subject
  if (check.source.kind === 'presence' || check.source.kind === 'hub') return HERE
  const intervalMs = host.intervalMs ?? 0
  const isTalking = isHeard && now - plan.sampledAt <= historyAfterMs(intervalMs)
  if (!isTalking) {
    if (presence.state === 'down' && !toldByPresence(plan)) return noData(subject, now)
    return track.phase === 'pending' && isHeard ? unknown(now) : HERE
  }
  const limitMs = check.source.kind === 'derived' ? 3 * DERIVED_EVERY_MS : goneLimitMs(host, intervalMs)
  if (now - subject.rowAt > limitMs) {
    return isCollectorFailing(host, check.entity) ? noData(subject, now) : gone(subject, now)
  }
  return now - subject.knownAt > limitMs ? noData(subject, now) : HERE
}

/** What the hub asks a cluster for comes part by part, and after a start not all of it at once. */
function goneLimitMs({ kind }: HostRecord, intervalMs: number): number {
  return kind === 'agent' ? goneAfterMs(intervalMs) : Math.max(goneAfterMs(intervalMs), ASKED_LIMIT_MS)
}

function toldByPresence({ presence }: HostPlan): boolean {
  return presence.some(({ check: { source } }) => source.kind === 'presence' && source.state === 'host_down')
}

/** The collectors of the agent that things of these kinds come from: when one says that it fails, what it does not name is
 * unknown and not gone. */
const COLLECTORS: Readonly<Partial<Record<Check['entity'], string>>> = {
  container: 'containers',
  disk: 'disks',
  filesystem: 'filesystems',
  gpu: 'gpus',
  guest: 'guests',
  nic: 'nics',
  sensor: 'sensors',
  smart: 'disk health',
  unit: 'units',
  zpool: 'zpools',
}

function isCollectorFailing({ facts }: HostRecord, entity: Check['entity']): boolean {
  const collector = COLLECTORS[entity]
  return collector !== undefined && facts?.collector_faults?.[collector] !== undefined
}

function gone(subject: Subject, now: number): Absence {
  const { source } = subject.check
  if (source.kind === 'row' && source.state.isGoodWithoutRow === true) {
    return subject.track.phase === 'calm' ? HERE : { kind: 'over', reason: BACK }
  }
  if (subject.check.spec.no_data === 'fire') return noData(subject, now)
  return subject.track.phase === 'calm' ? HERE : { kind: 'over', reason: GONE.thing }
}

function noData({ check, track }: Subject, now: number): Absence {
  switch (check.spec.no_data) {
    case 'keep':
      return track.phase === 'pending' ? unknown(now) : HERE
    case 'resolve':
      return track.phase === 'calm' ? HERE : { kind: 'over', reason: GONE.silent }
    case 'fire': {
      // what fires already stays as grave as it was
      const level = track.level ?? mildestLevel(check)
      return { kind: 'level', level, at: now, words: 'sends no readings any more' }
    }
  }
}

function mildestLevel({ source, thresholds }: Check): Level {
  if (source.kind === 'row') return source.level
  return thresholds === null ? null : mildestOf(thresholds)
}

function unknown(at: number): Absence {
  return { kind: 'level', level: undefined, at, words: null }
}
