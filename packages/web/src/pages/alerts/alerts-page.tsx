import '../../styles/list-head.css'
import '../../styles/page-tabs.css'
import '../settings/forms.css'
import './shared/alerts.css'
import './shared/forms.css'
import { type Component, createEffect, For, type JSX, lazy, Show, Suspense } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import { Skeleton } from '../../components/skeleton.tsx'
import { t } from '../../i18n/t.ts'
import { type AlertPlainKey, ta } from '../../i18n/ta.ts'
import { isLoud } from '../../live/alert-store.ts'
import { useAlerts } from '../../live/live.ts'
import { useTitle } from '../../title.ts'
import { FiringView } from './firing/firing-view.tsx'
import { NoChannelHint } from './shared/no-channel-hint.tsx'

const RuleEditor = lazy(() => import('./rules/rule-editor-page.tsx'))

interface Tab {
  name: string | null
  title: AlertPlainKey
  view: Component
  /** Where a hint is due that nobody would be told. */
  isTelling?: boolean
}

const TABS: readonly Tab[] = [
  { name: null, title: 'tab.firing', view: FiringView, isTelling: true },
  { name: 'history', title: 'tab.history', view: lazy(() => import('./history/history-view.tsx')) },
  { name: 'rules', title: 'tab.rules', view: lazy(() => import('./rules/rules-view.tsx')), isTelling: true },
  { name: 'channels', title: 'tab.channels', view: lazy(() => import('./channels/channels-view.tsx')) },
  {
    name: 'deliveries',
    title: 'tab.deliveries',
    view: lazy(() => import('./deliveries/deliveries-view.tsx')),
  },
  { name: 'quiet', title: 'tab.quiet', view: lazy(() => import('./quiet/quiet-view.tsx')) },
]

/** `/alerts`: what fires, what fired, what is watched for, who is told, and what is kept quiet. */
export default function AlertsPage(props: { section: string | null; item: string | null }): JSX.Element {
  const alerts = useAlerts()
  const tab = () => TABS.find(({ name }) => name === props.section)
  const firing = () => (alerts.all() ?? []).filter(isLoud).length
  useTitle(() => {
    const shown = tab()
    return shown === undefined || shown.name === null ? t('nav.alerts') : ta(shown.title)
  })
  let nav!: HTMLElement
  // On a phone the row of tabs scrolls: the one that is shown is in sight.
  createEffect(() => {
    tab()
    const shown = nav.querySelector<HTMLElement>('[aria-current]')
    if (shown !== null) nav.scrollTo({ left: shown.offsetLeft - nav.clientWidth / 3 })
  })
  return (
    <div class="page alerts">
      <h1 tabIndex={-1}>{t('nav.alerts')}</h1>
      <nav ref={nav} class="page-tabs" aria-label={t('nav.alerts')}>
        <For each={TABS}>
          {(one) => (
            <a
              href={one.name === null ? '/alerts' : `/alerts/${one.name}`}
              aria-current={tab() === one ? 'page' : undefined}
            >
              {ta(one.title)}
              <Show when={one.name === null && firing() > 0}>
                <span class="tab-count">{firing()}</span>
              </Show>
            </a>
          )}
        </For>
      </nav>
      <Suspense fallback={<Skeleton height="320px" class="card-skeleton" />}>
        <Show
          when={props.item === null}
          fallback={
            <Show when={props.section === 'rules'} fallback={<p>{t('notFound.title')}</p>}>
              <RuleEditor item={props.item!} />
            </Show>
          }
        >
          <Show when={tab()} fallback={<p>{t('notFound.title')}</p>}>
            {(shown) => (
              <>
                <Show when={shown().isTelling}>
                  <NoChannelHint />
                </Show>
                <Dynamic component={shown().view} />
              </>
            )}
          </Show>
        </Show>
      </Suspense>
    </div>
  )
}
