import type { Settings } from '@lumen/protocol/http/settings'
import { createResource, createSignal, For, type JSX, Match, Switch } from 'solid-js'
import { calls } from '../../api/calls.ts'
import { call } from '../../api/client.ts'
import { ApiError } from '../../api/problem.ts'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { Skeleton } from '../../components/skeleton.tsx'
import { toast } from '../../components/toast.tsx'
import { formatText } from '../../format/unit.ts'
import { t } from '../../i18n/t.ts'
import { CollectorsSetting } from './collectors-setting.tsx'
import { intervalChoices } from './intervals.ts'

/** Settings → Collection. */
export function CollectionSection(): JSX.Element {
  const [settings, { mutate, refetch }] = createResource(() => call(calls.getSettings))
  const [isBusy, setBusy] = createSignal(false)
  const [error, setError] = createSignal<string | undefined>()

  const change = async (body: Pick<Partial<Settings>, 'interval_ms' | 'collectors'>) => {
    setBusy(true)
    setError(undefined)
    try {
      mutate(await call(calls.putSettings, { body }))
      toast(t('collection.saved'))
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown
      setError(thrown.message)
    } finally {
      setBusy(false)
    }
  }
  return (
    <section class="settings-section" aria-labelledby="collection-heading">
      <header class="section-head">
        <h2 id="collection-heading">{t('settings.collection')}</h2>
      </header>
      <Switch fallback={<Skeleton height="72px" />}>
        <Match when={settings.error}>
          <Banner kind="fault" action={<Button onClick={() => void refetch()}>{t('error.retry')}</Button>}>
            {settings.error instanceof Error ? settings.error.message : ''}
          </Banner>
        </Match>
        <Match when={settings()}>
          {(now) => (
            <>
              <div class="setting">
                <div class="setting-text">
                  <label class="label" for="interval">
                    {t('collection.interval')}
                  </label>
                  <p class="dim" id="interval-hint">
                    {t('collection.intervalHint')}
                  </p>
                </div>
                <select
                  id="interval"
                  class="select"
                  aria-describedby="interval-hint"
                  disabled={isBusy()}
                  onChange={(event) => void change({ interval_ms: Number(event.currentTarget.value) })}
                >
                  <For each={intervalChoices(now().interval_ms)}>
                    {(ms) => (
                      <option value={ms} selected={ms === now().interval_ms}>
                        {formatText('seconds', ms / 1000)}
                      </option>
                    )}
                  </For>
                </select>
              </div>
              <CollectorsSetting
                collectors={now().collectors}
                isBusy={isBusy()}
                onChoose={(collectors) => void change({ collectors })}
              />
            </>
          )}
        </Match>
      </Switch>
      {error() === undefined ? null : <Banner kind="fault">{error()}</Banner>}
    </section>
  )
}
