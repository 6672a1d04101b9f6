import { createEffect, createMemo, createSignal, type JSX, on, onCleanup, Show } from 'solid-js'
import { t } from '../i18n/t.ts'
import { setFiringCount } from '../title.ts'
import { isLoud } from './alert-store.ts'
import { useAlerts } from './live.ts'

export interface Firing {
  count: number
  level: 'warning' | 'critical'
}

/** How many alerts fire and how grave the gravest is, live while the calling component is; in the title too. */
export function useFiring(): () => Firing {
  const alerts = useAlerts()
  const firing = createMemo(
    (): Firing => {
      const loud = (alerts.all() ?? []).filter(isLoud)
      return {
        count: loud.length,
        level: loud.some(({ level }) => level === 'critical') ? 'critical' : 'warning',
      }
    },
    undefined,
    { equals: (a, b) => a.count === b.count && a.level === b.level },
  )
  createEffect(() => setFiringCount(firing().count))
  onCleanup(() => setFiringCount(0))
  return firing
}

/** Beside a link to the alerts: nothing while nothing fires. */
export function FiringBadge(props: { firing: Firing }): JSX.Element {
  return (
    <Show when={props.firing.count > 0}>
      <span class={`firing-badge ${props.firing.level}`}>
        <span aria-hidden="true">{props.firing.count > 99 ? '99+' : props.firing.count}</span>
        <span class="visually-hidden">, {t('nav.firing', props.firing.count)}</span>
      </span>
    </Show>
  )
}

/** Tells those who listen that more or fewer alerts fire; what fires when the page opens is told by the page. */
export function FiringNews(props: { firing: Firing }): JSX.Element {
  const alerts = useAlerts()
  const [text, setText] = createSignal('')
  createEffect(
    on(
      () => (alerts.all() === undefined ? undefined : props.firing.count),
      (count, before) => {
        if (count === undefined || before === undefined || count === before) return
        setText(count === 0 ? t('nav.firingNone') : t('nav.firing', count))
      },
    ),
  )
  return (
    <p class="visually-hidden" role="status">
      {text()}
    </p>
  )
}
