import './storage.css'
import './tables.css'
import { createEffect, createSignal, For, type JSX, Match, on, onCleanup, Show, Switch } from 'solid-js'
import { calls } from '../../../api/calls.ts'
import { call } from '../../../api/client.ts'
import { createPolled } from '../../../api/polled.ts'
import { Banner } from '../../../components/banner.tsx'
import { Button } from '../../../components/button.tsx'
import { Skeleton } from '../../../components/skeleton.tsx'
import { formatText } from '../../../format/unit.ts'
import { t } from '../../../i18n/t.ts'
import { type StoragePlainKey, ts } from '../../../i18n/ts.ts'
import { useNow } from '../../../live/ticker.ts'
import { BudgetCard } from './budget-card.tsx'
import { CoverageCard } from './coverage-card.tsx'
import { HealthCard } from './health-card.tsx'
import { WearCard } from './wear-card.tsx'

const REFRESH_MS = 30_000
const PARTS: readonly { name: string; title: StoragePlainKey; height: string }[] = [
  { name: 'budget', title: 'budget.title', height: '420px' },
  { name: 'wear', title: 'wear.title', height: '320px' },
  { name: 'coverage', title: 'coverage.title', height: '520px' },
  { name: 'health', title: 'health.title', height: '260px' },
]

/** Settings → Storage. */
export default function StorageSection(): JSX.Element {
  const storage = createPolled(
    (signal) => call(calls.getStorage, undefined, signal),
    () => REFRESH_MS,
  )
  goToPartOfHash(() => storage.data() !== undefined)
  return (
    <div class="storage">
      <section class="storage-head" aria-labelledby="storage-heading">
        <h2 id="storage-heading">{t('settings.storage')}</h2>
        <p class="dim">{ts('storage.intro')}</p>
        <Show when={storage.error() === undefined || storage.data()}>
          <nav class="part-nav" aria-label={ts('storage.parts')}>
            <For each={PARTS}>{({ name, title }) => <a href={`#${name}`}>{ts(title)}</a>}</For>
          </nav>
        </Show>
      </section>
      <Show when={storage.error()}>
        {(error) => (
          <Banner
            kind={storage.data() === undefined ? 'fault' : 'warn'}
            action={<Button onClick={() => void storage.refresh()}>{t('error.retry')}</Button>}
          >
            {error().message}{' '}
            <Show when={storage.data()}>
              <StaleNote fetchedAt={storage.fetchedAt()} />
            </Show>
          </Banner>
        )}
      </Show>
      <Switch>
        <Match when={storage.data()}>
          {(now) => (
            <>
              <BudgetCard storage={now()} onSaved={() => void storage.refresh()} />
              <WearCard wear={now().wear} />
              <CoverageCard storage={now()} />
              <HealthCard health={now().health} />
            </>
          )}
        </Match>
        <Match when={storage.error() === undefined}>
          <For each={PARTS}>
            {({ name, title, height }) => (
              <section class="settings-section wide" id={name} aria-busy="true">
                <h3>{ts(title)}</h3>
                <Skeleton height={height} />
              </section>
            )}
          </For>
        </Match>
      </Switch>
    </div>
  )
}

function StaleNote(props: { fetchedAt: number }): JSX.Element {
  const now = useNow()
  const [age, setAge] = createSignal('')
  // The ticker only says when: what came is timed by this device's own clock.
  createEffect(on(now, () => setAge(formatText('seconds', (Date.now() - props.fetchedAt) / 1000))))
  return <>{t('form.refreshFailed', age())}</>
}

/** `#wear` leads to that part once there is one. */
function goToPartOfHash(isLoaded: () => boolean): void {
  const go = () => document.getElementById(window.location.hash.slice(1))?.scrollIntoView()
  let frame = 0
  createEffect(() => {
    if (isLoaded() && PARTS.some(({ name }) => `#${name}` === window.location.hash) && scrollY === 0) {
      frame = requestAnimationFrame(go)
    }
  })
  onCleanup(() => cancelAnimationFrame(frame))
}
