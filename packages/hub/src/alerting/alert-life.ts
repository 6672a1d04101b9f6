import type { AlertBook } from './alert-book.ts'
import type { AlertRecord } from './alert-record.ts'
import { thresholdOf } from './evaluate.ts'
import { CALM, ended, type Track } from './machine.ts'
import { unitValue } from './read-sample.ts'
import type { Subject } from './subject.ts'
import { UNTOLD } from './told.ts'

export interface AlertLifeParts {
  book: AlertBook
  hostName(hostId: number | null): string | undefined
  changed(record: AlertRecord): void
  fired(record: AlertRecord): void
  /** False: this host has begun so many alerts that this one has to wait. */
  mayFire(hostId: number, subject: Subject): boolean
}

/** Why an alert ended without a good reading. */
export const GONE = {
  host: 'the host was deleted',
  rule: 'the rule was deleted',
  disabled: 'the rule was turned off',
  uncovered: 'the rule does not cover it any more',
  changed: 'the rule was changed',
  thing: 'it is not there any more',
  silent: 'no readings of it come any more',
} as const
export const BACK = 'back to normal'

/** Makes, moves on and ends the alert of a thing as its track goes. */
export class AlertLife {
  readonly #parts: AlertLifeParts

  constructor(parts: AlertLifeParts) {
    this.#parts = parts
  }

  /** Its track became another. */
  turn(subject: Subject, next: Track, at: number): void {
    const before = subject.track
    if (next.phase === 'firing' && before.phase !== 'firing' && !this.#mayFire(subject)) return
    subject.track = next
    if (next.phase === 'calm') {
      if (subject.alert !== null) this.endRecord(subject.alert, at, BACK)
      subject.alert = null
      return
    }
    const record = subject.alert ?? this.#begin(subject, at)
    this.#take(subject, record)
    const isNews = before.phase !== next.phase || before.level !== next.level
    if (!isNews) return
    record.level = next.level ?? record.level
    record.threshold = thresholdNow(subject, record)
    if (next.phase === 'firing' && record.state !== 'firing') {
      record.state = 'firing'
      record.firedAt = at
      this.#parts.fired(record)
    }
    this.#parts.book.touch(record)
    this.#parts.changed(record)
  }

  /** Nothing turned, but its value may be another. */
  refresh(subject: Subject): void {
    const record = subject.alert
    if (record === null || unitValue(subject) === record.value) return
    this.#take(subject, record)
    this.#parts.changed(record)
  }

  /** Its rule or host has another name, threshold or other channels. */
  rename(subject: Subject): void {
    const record = subject.alert
    if (record === null) return
    this.#take(subject, record)
    record.threshold = thresholdNow(subject, record)
    this.#parts.book.touch(record)
    this.#parts.changed(record)
  }

  /** It is over, whatever its readings say. */
  end(subject: Subject, at: number, reason: string): void {
    subject.track = subject.track.phase === 'firing' ? ended(subject.track, at) : CALM
    if (subject.alert !== null) this.endRecord(subject.alert, at, reason)
    subject.alert = null
  }

  endRecord(record: AlertRecord, at: number, reason: string): void {
    if (record.state === 'firing') {
      record.state = 'resolved'
      record.resolvedAt = at
      record.resolveReason = reason
    } else {
      record.isDropped = true
    }
    this.#parts.book.touch(record)
    this.#parts.changed(record)
  }

  /** That a host is down is always told: one thing a rule, whatever its agent says. */
  #mayFire(subject: Subject): boolean {
    const { hostId, source } = subject.check
    return hostId === null || source.kind === 'presence' || this.#parts.mayFire(hostId, subject)
  }

  #begin(subject: Subject, at: number): AlertRecord {
    const { check, key } = subject
    const record: AlertRecord = {
      id: this.#parts.book.nextId(),
      ruleId: check.rule.id,
      hostId: check.hostId,
      ...{ entity: check.entity, key },
      ruleName: check.spec.name,
      hostName: '',
      routing: check.spec,
      condition: check.spec.condition,
      state: 'pending',
      level: subject.track.level ?? 'warning',
      told: UNTOLD,
      metric: metricOf(subject),
      ...{ value: null, peak: null, threshold: null, words: '' },
      ...{ pendingAt: at, firedAt: null, resolvedAt: null, resolveReason: null },
      ...{ ack: null, changes: [], isStored: false, isDropped: false },
    }
    subject.alert = record
    return record
  }

  #take(subject: Subject, record: AlertRecord): void {
    const { channels, escalate, repeat_ms, schedule, name, condition } = subject.check.spec
    record.condition = condition
    record.routing = { channels, escalate, repeat_ms, schedule }
    record.ruleName = name
    record.hostName = this.#parts.hostName(record.hostId) ?? record.hostName
    record.words = subject.words
    record.value = unitValue(subject)
    record.peak = worse(subject, record.peak, record.value)
  }
}

function metricOf({ check: { spec } }: Subject): string | null {
  return spec.condition.kind === 'state' ? null : spec.condition.metric
}

function thresholdNow({ check: { thresholds } }: Subject, { level }: AlertRecord): number | null {
  return thresholds === null ? null : thresholdOf(thresholds, level)
}

function worse({ check: { thresholds } }: Subject, one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other
  return thresholds?.direction === 'below' ? Math.min(one, other) : Math.max(one, other)
}
