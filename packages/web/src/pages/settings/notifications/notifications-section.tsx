import './notifications.css'
import { createResource, type JSX, Match, Switch } from 'solid-js'
import { calls } from '../../../api/calls.ts'
import { call } from '../../../api/client.ts'
import { Banner } from '../../../components/banner.tsx'
import { Button } from '../../../components/button.tsx'
import { Skeleton } from '../../../components/skeleton.tsx'
import { t } from '../../../i18n/t.ts'
import { tn } from '../../../i18n/tn.ts'
import { DeviceCard } from './device-card.tsx'
import { HeartbeatForm } from './heartbeat-form.tsx'

/** Settings → Notifications. */
export default function NotificationsSection(): JSX.Element {
  const [settings, { mutate, refetch }] = createResource(() => call(calls.getSettings))
  const ready = () => (settings.error === undefined ? settings.latest : undefined)
  return (
    <section class="settings-section" aria-labelledby="notifications-heading">
      <header class="section-head">
        <h2 id="notifications-heading">{t('settings.notifications')}</h2>
      </header>
      <div class="notify-card">
        <h3>{tn('channels.title')}</h3>
        <div class="notify-state">
          <p class="dim">{tn('channels.text')}</p>
          <a class="button" href="/alerts/channels">
            {tn('channels.link')}
          </a>
        </div>
      </div>
      <DeviceCard />
      <Switch fallback={<Skeleton height="180px" />}>
        <Match when={settings.error}>
          {(thrown) => (
            <Banner kind="fault" action={<Button onClick={() => void refetch()}>{t('error.retry')}</Button>}>
              {(thrown() as Error).message}
            </Banner>
          )}
        </Match>
        <Match when={ready()}>
          {(now) => (
            <HeartbeatForm
              heartbeat={now().heartbeat}
              onSaved={(heartbeat) => mutate({ ...now(), heartbeat })}
            />
          )}
        </Match>
      </Switch>
    </section>
  )
}
