import { createEffect, ErrorBoundary, lazy, Match, on, Show, Suspense, Switch } from 'solid-js'
import { Button } from './components/button.tsx'
import { EmptyState } from './components/empty-state.tsx'
import { Toasts } from './components/toast.tsx'
import { t } from './i18n/t.ts'
import { location, matchPath } from './router.ts'
import { session, startSession } from './session.ts'
import { Shell } from './shell.tsx'
import { useTitle } from './title.ts'

const FleetPage = lazy(() => import('./pages/fleet/fleet-page.tsx'))
const HostPage = lazy(() => import('./pages/host/host-page.tsx'))
const ContainersPage = lazy(() => import('./pages/containers/containers-page.tsx'))
const ProxmoxPage = lazy(() => import('./pages/proxmox/proxmox-page.tsx'))
const AlertsPage = lazy(() => import('./pages/alerts/alerts-page.tsx'))
const SettingsPage = lazy(() => import('./pages/settings/settings-page.tsx'))
const LoginPage = lazy(() => import('./pages/login/login-page.tsx'))
const SetupPage = lazy(() => import('./pages/setup/setup-page.tsx'))

export function App() {
  const match = () => matchPath(location().path)
  const isBare = () => match().page === 'login' || match().page === 'setup'
  focusPageOnArrival()
  return (
    <>
      <Show when={isBare()} fallback={<Inside />}>
        <PageFrame>
          <Show when={match().page === 'setup'} fallback={<LoginPage />}>
            <SetupPage />
          </Show>
        </PageFrame>
      </Show>
      <Toasts />
    </>
  )
}

/** Pages that need somebody logged in. */
function Inside() {
  const match = () => matchPath(location().path)
  const fault = () => {
    const now = session()
    return now.kind === 'fault' ? now.error : undefined
  }
  return (
    <Switch>
      <Match when={session().kind === 'in'}>
        <Shell page={match().page}>
          <PageFrame>
            <Switch fallback={<NotFound />}>
              <Match when={match().page === 'fleet'}>
                <FleetPage />
              </Match>
              <Match when={match().id} keyed>
                {(id) => <HostPage id={id} />}
              </Match>
              <Match when={match().page === 'containers'}>
                <ContainersPage />
              </Match>
              <Match when={match().page === 'proxmox'}>
                <ProxmoxPage />
              </Match>
              <Match when={match().page === 'alerts'}>
                <AlertsPage section={match().section} item={match().item} />
              </Match>
              <Match when={match().page === 'settings'}>
                <SettingsPage section={match().section} />
              </Match>
            </Switch>
          </PageFrame>
        </Shell>
      </Match>
      <Match when={fault()}>
        {(error) => (
          <main class="lone" tabIndex={-1}>
            <EmptyState isPage title={t('error.unreachable')} text={error().message}>
              <Button look="primary" onClick={() => void startSession()}>
                {t('error.retry')}
              </Button>
            </EmptyState>
          </main>
        )}
      </Match>
    </Switch>
  )
}

/** One boundary a route: a fault in a page leaves the way to the others, and goes with the next address. */
function PageFrame(props: { children: import('solid-js').JSX.Element }) {
  return (
    <Show when={location().path} keyed>
      <ErrorBoundary
        fallback={(thrown, reset) => (
          <div class="page">
            <EmptyState isPage title={t('error.title')} text={t('error.hint')}>
              <pre class="error-detail">{thrown instanceof Error ? thrown.message : String(thrown)}</pre>
              <Button look="primary" onClick={reset}>
                {t('error.retry')}
              </Button>
            </EmptyState>
          </div>
        )}
      >
        <Suspense fallback={<div class="page" aria-busy="true" />}>{props.children}</Suspense>
      </ErrorBoundary>
    </Show>
  )
}

function NotFound() {
  useTitle(() => t('notFound.title'))
  return (
    <div class="page">
      <EmptyState isPage title={t('notFound.title')}>
        <a href="/">{t('notFound.back')}</a>
      </EmptyState>
    </div>
  )
}

/** A page may replace its skeleton, heading and all, for this long. */
const ARRIVAL_MS = 1_500

/** After a change of page the focus goes to its heading, as it would with a loaded page. */
function focusPageOnArrival(): void {
  createEffect(
    on(
      () => location().path,
      () => {
        const until = performance.now() + ARRIVAL_MS
        const focus = () => {
          const isNowhere = document.activeElement === document.body || !document.activeElement
          const heading = document.querySelector<HTMLElement>('h1[tabindex="-1"]')
          if (isNowhere) heading?.focus({ preventScroll: true })
          if (performance.now() < until) requestAnimationFrame(focus)
        }
        requestAnimationFrame(focus)
      },
      { defer: true },
    ),
  )
}
