import './backups.css'
import type { BackupsAnswer } from '@lumen/protocol/http/backups'
import type { Settings } from '@lumen/protocol/http/settings'
import { createResource, type JSX, Match, Show, Switch } from 'solid-js'
import { calls } from '../../../api/calls.ts'
import { call } from '../../../api/client.ts'
import { createPolled, type Polled } from '../../../api/polled.ts'
import { Banner } from '../../../components/banner.tsx'
import { Button } from '../../../components/button.tsx'
import { Skeleton } from '../../../components/skeleton.tsx'
import { t } from '../../../i18n/t.ts'
import { ts } from '../../../i18n/ts.ts'
import { BackupList } from './backup-list.tsx'
import { RestoreHelp } from './restore-help.tsx'
import { ScheduleForm } from './schedule-form.tsx'

const REFRESH_MS = 60_000
const RUNNING_MS = 1_000

/** Settings → Backups. */
export default function BackupsSection(): JSX.Element {
  const [settings, { mutate, refetch }] = createResource(() => call(calls.getSettings))
  const backups: Polled<BackupsAnswer> = createPolled(
    (signal) => call(calls.getBackups, undefined, signal),
    () => (backups.data()?.running == null ? REFRESH_MS : RUNNING_MS),
  )
  const onSaved = (next: Settings) => {
    mutate(next)
    void backups.refresh()
  }
  return (
    <section class="settings-section wide backups" aria-labelledby="backups-heading">
      <header class="section-head">
        <div>
          <h2 id="backups-heading">{t('settings.backups')}</h2>
          <p class="dim">{ts('backups.intro')}</p>
        </div>
      </header>
      <Switch fallback={<Skeleton height="156px" />}>
        <Match when={settings.error}>
          <Banner kind="fault" action={<Button onClick={() => void refetch()}>{t('error.retry')}</Button>}>
            {settings.error instanceof Error ? settings.error.message : ''}
          </Banner>
        </Match>
        <Match when={settings()}>
          {(now) => <ScheduleForm schedule={now().backups} backups={backups.data()} onSaved={onSaved} />}
        </Match>
      </Switch>
      <Switch fallback={<Skeleton height="240px" class="backups-skeleton" />}>
        <Match when={backups.data()}>
          {(now) => (
            <>
              <BackupList
                backups={now()}
                directory={settings.latest?.backups.directory ?? null}
                error={backups.error()}
                fetchedAt={backups.fetchedAt()}
                onRetry={() => void backups.refresh()}
                onStarted={backups.take}
              />
              <Show when={now().backups[0]}>
                {(newest) => (
                  <RestoreHelp
                    directory={settings.latest?.backups.directory ?? ''}
                    file={newest().file}
                    isEncrypted={newest().is_encrypted}
                  />
                )}
              </Show>
            </>
          )}
        </Match>
        <Match when={backups.error()}>
          {(error) => (
            <Banner
              kind="fault"
              action={<Button onClick={() => void backups.refresh()}>{t('error.retry')}</Button>}
            >
              {error().message}
            </Banner>
          )}
        </Match>
      </Switch>
    </section>
  )
}
