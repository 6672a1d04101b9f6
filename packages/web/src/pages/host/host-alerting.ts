import type { Alert } from '@lumen/protocol/http/alerts/alert'
import type { Rule } from '@lumen/protocol/http/alerts/rule'
import type { HostSummary } from '@lumen/protocol/http/hosts'
import { type Accessor, createEffect, createMemo, createSignal, on, onCleanup, untrack } from 'solid-js'
import { alertCalls } from '../../api/alert-calls.ts'
import { call } from '../../api/client.ts'
import type { Threshold } from '../../charts/picture.ts'
import type { AxisMark } from '../../charts/time-axis.ts'
import { type View, windowAt } from '../../charts/window.ts'
import { t } from '../../i18n/t.ts'
import { hubNow, useAlerts } from '../../live/live.ts'
import { thresholdsOfMetric } from '../alerts/shared/thresholds.ts'

/** What alert rules have to do with a host's charts. */
export interface HostAlerting {
  /** Where alerts fired and ended in the window, oldest first. */
  marks: Accessor<readonly AxisMark[]>
  /** What rules compare a line (`entity.field|key`) with. */
  thresholdsOf: (line: string) => readonly Threshold[]
}

/** Asks for the alerts of the window when the view changes and when one of the host's begins or ends, and once for the
 * rules. Charts do without what cannot be had. Ends with the calling component. */
export function createHostAlerting(host: Accessor<HostSummary>, view: Accessor<View>): HostAlerting {
  const alerts = useAlerts()
  const [past, setPast] = createSignal<readonly Alert[]>([])
  const [rules, setRules] = createSignal<readonly Rule[]>([])
  const id = untrack(host).id
  const active = createMemo(() =>
    (alerts.all() ?? [])
      .filter((alert) => alert.host_id === id)
      .map((alert) => alert.id + alert.state)
      .join(),
  )
  let asking = new AbortController()
  onCleanup(() => asking.abort())

  createEffect(
    on([view, active], async ([shown]) => {
      asking.abort()
      asking = new AbortController()
      const { from, to } = windowAt(shown, hubNow())
      const query = { host: id, from: Math.floor(from), to: Math.ceil(to) }
      await call(alertCalls.listAlertHistory, { query }, asking.signal).then(
        (answer) => setPast(answer.alerts),
        () => undefined,
      )
    }),
  )
  void call(alertCalls.listRules).then(
    (answer) => setRules(answer.rules),
    () => undefined,
  )
  /** Name and tags decide; the numbers of a summary change all the time. */
  const scoped = createMemo(() => ({ id, name: host().name, tags: host().tags }), undefined, {
    equals: (a, b) => a.name === b.name && a.tags.join() === b.tags.join(),
  })
  const known = createMemo(() => {
    const [all, where] = [rules(), scoped()]
    const cache = new Map<string, readonly Threshold[]>()
    return (metric: string) => {
      const before = cache.get(metric)
      if (before !== undefined) return before
      const found = thresholdsOfMetric(all, where, metric)
      cache.set(metric, found)
      return found
    }
  })
  return {
    marks: createMemo(() =>
      past()
        .flatMap(marksOf)
        .sort((a, b) => a.at - b.at),
    ),
    thresholdsOf: (line) => known()(line.split('|')[0]!),
  }
}

function marksOf({ fired_at, resolved_at, summary, resolve_reason }: Alert): AxisMark[] {
  const fired = fired_at === null ? [] : [{ at: fired_at, text: summary, isTrouble: true }]
  if (resolved_at === null) return fired
  const words = [t('host.alertOver', summary), resolve_reason].filter(Boolean).join(', ')
  return [...fired, { at: resolved_at, text: words, isTrouble: false }]
}
