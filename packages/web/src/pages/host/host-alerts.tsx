import './host-alerts.css'
import type { Alert } from '@lumen/protocol/http/alerts/alert'
import { createMemo, For, type JSX, Show } from 'solid-js'
import { LevelShape } from '../../components/level-shape.tsx'
import { relativeText } from '../../format/time.ts'
import { t } from '../../i18n/t.ts'
import { useAlerts } from '../../live/live.ts'
import { useNow } from '../../live/ticker.ts'

/** What fires on a host, each a link to the whole of it; nothing while nothing does. */
export function HostAlerts(props: { hostId: number }): JSX.Element {
  const alerts = useAlerts()
  const now = useNow()
  const own = createMemo(() =>
    (alerts.all() ?? []).filter(({ host_id, state }) => host_id === props.hostId && state === 'firing'),
  )
  const ids = createMemo(() => own().map(({ id }) => id), [], {
    equals: (a, b) => a.length === b.length && a.every((id, i) => id === b[i]),
  })
  return (
    <Show when={ids().length > 0}>
      <ul class="host-alerts" aria-label={t('host.alerts')}>
        <For each={ids()}>
          {(id) => (
            <Show when={own().find((alert) => alert.id === id)}>
              {(alert) => <Row alert={alert()} now={now()} />}
            </Show>
          )}
        </For>
      </ul>
    </Show>
  )
}

function Row(props: { alert: Alert; now: number }): JSX.Element {
  const notes = () => [
    relativeText(props.alert.fired_at ?? props.alert.pending_at, props.now),
    ...(props.alert.quiet === null ? [] : [t('host.alertQuiet')]),
    ...(props.alert.ack === null ? [] : [t('host.alertAck', props.alert.ack.by)]),
  ]
  return (
    <li class={props.alert.level}>
      <a href={`/alerts?open=${props.alert.id}`}>
        <LevelShape standing={props.alert.level} />
        <span class="visually-hidden">{t(`host.level.${props.alert.level}`)}: </span>
        {props.alert.summary}
      </a>
      <span class="dim num">{notes().join(' · ')}</span>
    </li>
  )
}
