import type { Alert } from '@lumen/protocol/http/alerts/alert'
import type { AlertRecord } from './alert-record.ts'
import type { Explainer } from './explainer.ts'
import type { Track } from './machine.ts'
import type { SteadyClock } from './steady-clock.ts'
import { summaryOf } from './summary.ts'

export interface AlertViewParts {
  clock: SteadyClock
  explainer: Explainer
  trackOf(record: AlertRecord): Track | null
}

/** Puts an alert into the wire's words, as it stands now. */
export class AlertView {
  readonly #parts: AlertViewParts

  constructor(parts: AlertViewParts) {
    this.#parts = parts
  }

  of(record: AlertRecord): Alert {
    const { clock, explainer } = this.#parts
    const wall = (at: number | null) => (at === null ? null : clock.toWall(at))
    const alert = {
      id: record.id,
      rule_id: record.ruleId,
      rule: record.ruleName,
      host_id: record.hostId,
      host: record.hostName,
      entity: record.entity,
      key: record.key,
      state: record.state,
      level: record.level,
      metric: record.metric,
      value: record.value,
      peak: record.peak,
      threshold: record.threshold,
      summary: this.#isFlapping(record) ? `${summaryOf(record)} (comes and goes)` : summaryOf(record),
      pending_at: clock.toWall(record.pendingAt),
      fired_at: wall(record.firedAt),
      resolved_at: wall(record.resolvedAt),
      resolve_reason: record.resolveReason,
      ack: record.ack === null ? null : { ...record.ack, at: clock.toWall(record.ack.at) },
      took_down: explainer.tookDown(record),
      changes: record.changes.map(({ at, text }) => ({ at: clock.toWall(at), text })),
    }
    return { ...alert, quiet: this.#quiet(record) }
  }

  #isFlapping(record: AlertRecord): boolean {
    return record.state === 'firing' && this.#parts.trackOf(record)?.isFlapping === true
  }

  #quiet(record: AlertRecord): Alert['quiet'] {
    if (record.state === 'resolved') return null
    const quiet = this.#parts.explainer.quietOf(record)
    if (quiet !== null || !this.#isFlapping(record)) return quiet
    return {
      ...{ kind: 'flapping', id: null, until: null },
      text: 'turns so often that it ends only once it has been steady for a while',
    }
  }
}
