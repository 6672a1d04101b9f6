import { MINUTE } from '@lumen/model/time'
import type { Clock } from '@lumen/std/clock'
import type { ControlDb } from '../control-db/control-db.ts'
import type { HostRegistry } from '../hosts/host-registry.ts'
import { type AlertLife, GONE } from './alert-life.ts'
import type { AlertRecord } from './alert-record.ts'
import { type LeftAlert, readTurns } from './alert-rows.ts'
import { looksAtTheSame } from './check.ts'
import type { Explainer } from './explainer.ts'
import { advance, FLAP_WINDOW_MS } from './machine.ts'
import type { RuleStore } from './rule-store.ts'
import type { SteadyClock } from './steady-clock.ts'
import { Subject } from './subject.ts'
import type { SubjectBook } from './subject-book.ts'

export interface RestoreParts {
  db: ControlDb
  clock: Clock
  rules: RuleStore
  registry: HostRegistry
  kept: SubjectBook
  life: AlertLife
  explainer: Explainer
  steady: SteadyClock
  /** When the run before this one ended, as well as that is known, epoch ms. */
  stoppedAt: number
}

/** What was about to fire begins anew after a hub was gone for longer than this: nobody saw what was in between. */
const LONGEST_PAUSE_MS = 5 * MINUTE

/** Takes up what an earlier run left: what fires goes on, what is covered no more is over, and what turned often is still
 * known for it. */
export function restoreAlerts(parts: RestoreParts, left: readonly LeftAlert[]): void {
  const { clock, rules, registry, kept, life, explainer, steady } = parts
  const now = steady.now()
  const isLongPause = clock.now() - parts.stoppedAt > LONGEST_PAUSE_MS
  for (const { record, track } of left) {
    if (track === null) continue
    const check = kept.checkFor(record.ruleId, record.hostId, record.entity, record.key)
    if (check === undefined) {
      explainer.note(record)
      life.endRecord(record, now, whyUncovered(record, { rules, registry }))
      continue
    }
    if (!looksAtTheSame(record.condition, check.spec.condition)) {
      explainer.note(record)
      life.endRecord(record, now, GONE.changed)
      continue
    }
    const subject = new Subject(check, record.key, now)
    subject.track = track
    subject.alert = record
    subject.words = record.words
    kept.keep(subject)
    explainer.note(record)
    if (record.state === 'pending' && isLongPause) {
      life.turn(subject, advance(track, undefined, now, check.forMs), now)
    }
  }
  restoreTurns(parts, now)
}

function restoreTurns({ db, clock, steady, kept }: RestoreParts, now: number): void {
  for (const { alert, turns } of readTurns(db, steady, clock.now() - FLAP_WINDOW_MS)) {
    const check = kept.checkFor(alert.rule_id, alert.host_id, alert.entity, alert.key)
    if (check === undefined) continue
    const subject = kept.of(check, alert.key, now)
    if (subject.track.phase !== 'calm') continue
    subject.track = { ...subject.track, turns }
    kept.keep(subject)
  }
}

function whyUncovered(
  { ruleId, hostId }: AlertRecord,
  { rules, registry }: Pick<RestoreParts, 'rules' | 'registry'>,
): string {
  if (hostId !== null && registry.get(hostId) === undefined) return GONE.host
  const rule = rules.get(ruleId)
  if (rule === undefined) return GONE.rule
  return rule.spec.is_enabled ? GONE.uncovered : GONE.disabled
}
