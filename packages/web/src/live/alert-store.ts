import type { Alert } from '@lumen/protocol/http/alerts/alert'
import type { AlertsSnapshot, AlertsUpdate } from '@lumen/protocol/live/message'
import { type Accessor, createSignal, type Setter } from 'solid-js'

/** Alerts that fire or are about to, as the alerts topic tells them. */
export class AlertStore {
  /** The gravest and newest first; undefined until the first snapshot. */
  readonly all: Accessor<readonly Alert[] | undefined>
  readonly #setAll: Setter<readonly Alert[] | undefined>

  constructor() {
    const [all, setAll] = createSignal<readonly Alert[] | undefined>(undefined)
    this.all = all
    this.#setAll = setAll
  }

  apply(message: AlertsSnapshot | AlertsUpdate): void {
    if (message.type === 'snapshot') {
      this.take(message.alerts)
      return
    }
    const gone = new Set(message.removed)
    const changed = new Map(message.alerts.map((alert) => [alert.id, alert]))
    const kept = (this.all() ?? []).filter(({ id }) => !gone.has(id) && !changed.has(id))
    this.take([...kept, ...message.alerts.filter(({ id }) => !gone.has(id))])
  }

  take(alerts: readonly Alert[]): void {
    const active = alerts.filter(({ state }) => state !== 'resolved')
    this.#setAll(() => active.toSorted(byGravity))
  }

  clear(): void {
    this.#setAll(undefined)
  }
}

const beginOf = (alert: Alert) => alert.fired_at ?? alert.pending_at
const rankOf = ({ state, level }: Alert) => (state === 'firing' ? 0 : 2) + (level === 'critical' ? 0 : 1)

/** Firing before pending, critical before warning, then the newest. */
export function byGravity(a: Alert, b: Alert): number {
  return rankOf(a) - rankOf(b) || beginOf(b) - beginOf(a) || b.id - a.id
}

/** Firing and told as usual: what the badge and the title count. */
export const isLoud = (alert: Alert): boolean => alert.state === 'firing' && alert.quiet === null
