import { createResource, For, type JSX, Match, Show, Switch } from 'solid-js'
import { calls } from '../../api/calls.ts'
import { call } from '../../api/client.ts'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { Mark } from '../../components/icon.tsx'
import { Skeleton } from '../../components/skeleton.tsx'
import { formatText } from '../../format/unit.ts'
import { t } from '../../i18n/t.ts'
import { te } from '../../i18n/te.ts'

/** This device's clock may differ from the hub's by this much before the page says so. */
const CLOCK_TOLERANCE_MS = 5_000

/** Settings → About: which hub this is and whether it is well. */
export function AboutSection(): JSX.Element {
  const [about, { refetch }] = createResource(async () => {
    const [me, isReady, { troubles }] = await Promise.all([
      call(calls.getMe),
      readReady(),
      call(calls.listTroubles),
    ])
    return { hub: me.hub, isReady, troubles, offByMs: me.hub.time - Date.now() }
  })
  return (
    <section class="settings-section" aria-labelledby="about-heading">
      <header class="section-head">
        <div class="about-name">
          <Mark size={32} />
          <div>
            <h2 id="about-heading">Lumen</h2>
            <p class="dim">{te('about.text')}</p>
          </div>
        </div>
      </header>
      <Switch fallback={<Skeleton height="120px" />}>
        <Match when={about.error}>
          <Banner kind="fault" action={<Button onClick={() => void refetch()}>{t('error.retry')}</Button>}>
            {about.error instanceof Error ? about.error.message : ''}
          </Banner>
        </Match>
        <Match when={about()}>
          {(now) => (
            <dl class="facts">
              <div>
                <dt>{te('about.version')}</dt>
                <dd>{now().hub.version}</dd>
              </div>
              <div>
                <dt>{te('about.health')}</dt>
                <dd>{now().isReady ? te('about.ready') : te('about.notReady')}</dd>
              </div>
              <div>
                <dt>{te('about.troubles')}</dt>
                <dd>
                  <For each={now().troubles} fallback={te('about.noTroubles')}>
                    {({ words }) => <p>{te('about.trouble', words)}</p>}
                  </For>
                </dd>
              </div>
              <div>
                <dt>{te('about.epoch')}</dt>
                <dd class="mono">{now().hub.epoch}</dd>
              </div>
              <div>
                <dt>{te('about.clock')}</dt>
                <dd>
                  <Show
                    when={Math.abs(now().offByMs) > CLOCK_TOLERANCE_MS}
                    fallback={te('about.clockAgrees')}
                  >
                    {te('about.clockOff', formatText('seconds', Math.abs(now().offByMs) / 1000))}
                  </Show>
                </dd>
              </div>
            </dl>
          )}
        </Match>
      </Switch>
    </section>
  )
}

/** Storage is open and flushing. No answer counts as no. */
async function readReady(): Promise<boolean> {
  try {
    return (await fetch('/readyz')).ok
  } catch {
    return false
  }
}
