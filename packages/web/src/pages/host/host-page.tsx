import type { LiveFrame } from '@lumen/protocol/live/message'
import {
  createMemo,
  createResource,
  createSignal,
  type JSX,
  lazy,
  Match,
  onCleanup,
  Show,
  Suspense,
  Switch,
} from 'solid-js'
import { calls } from '../../api/calls.ts'
import { call } from '../../api/client.ts'
import { ApiError } from '../../api/problem.ts'
import { Button } from '../../components/button.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { Skeleton } from '../../components/skeleton.tsx'
import { t } from '../../i18n/t.ts'
import { onFrames, useHost } from '../../live/live.ts'
import { hasProxmox } from '../../live/proxmox-known.ts'
import { useTitle } from '../../title.ts'
import { ChartsBody } from './charts-body.tsx'
import './host.css'
import { HostAlerts } from './host-alerts.tsx'
import { Identity } from './identity.tsx'
import { Waiting } from './waiting.tsx'

const OtherSide = lazy(() => import('../proxmox/other-side.tsx'))

/** One machine: who it is, how it is, and how it was. */
export default function HostPage(props: { id: number }): JSX.Element {
  // A route remounts the page for another host.
  const id = props.id
  const live = useHost(id)
  const [frame, setFrame] = createSignal<LiveFrame | null>(null)
  onCleanup(
    onFrames(id, (frames) => {
      const newest = frames[frames.length - 1]
      if (newest !== undefined) setFrame(newest)
    }),
  )
  // The stream tells soon enough; asking as well shows the page while there is none.
  const [asked, { refetch }] = createResource(() =>
    call(calls.getHost, { params: { id } }).then(
      ({ host }) => ({ host, error: undefined }),
      (thrown: unknown) => ({ host: undefined, error: thrown }),
    ),
  )
  const answer = () => (asked.state === 'ready' ? asked() : undefined)
  const host = createMemo(() => {
    const told = live()
    return told === undefined ? answer()?.host : told
  })
  const error = () => answer()?.error
  const isGone = () => {
    const refused = error()
    return host() === null || (!host() && refused instanceof ApiError && refused.status === 404)
  }
  const isHeardOf = createMemo(() => {
    const known = host()
    return known ? known.state !== 'waiting' || known.last_seen !== null : false
  })
  useTitle(() => host()?.name ?? t('host.title'))
  return (
    <div class="page host-page">
      <Switch fallback={<HeadSkeleton />}>
        <Match when={isGone()}>
          <h1 class="visually-hidden" tabIndex={-1}>
            {t('host.gone.title')}
          </h1>
          <EmptyState title={t('host.gone.title')} text={t('host.gone.text')}>
            <a class="button primary" href="/">
              {t('host.gone.back')}
            </a>
          </EmptyState>
        </Match>
        <Match when={host()}>
          {(known) => (
            <>
              <Identity host={known()} />
              <HostAlerts hostId={known().id} />
              <Show when={hasProxmox()}>
                <Suspense>
                  <OtherSide host={known()} frame={frame} />
                </Suspense>
              </Show>
              <Show when={isHeardOf()} fallback={<Waiting host={known()} />}>
                <ChartsBody host={known()} frame={frame} />
              </Show>
            </>
          )}
        </Match>
        <Match when={error()}>
          {(thrown) => (
            <>
              <h1 class="visually-hidden" tabIndex={-1}>
                {t('host.title')}
              </h1>
              <EmptyState title={t('error.unreachable')} text={(thrown() as Error).message}>
                <Button look="primary" onClick={() => void refetch()}>
                  {t('host.retry')}
                </Button>
              </EmptyState>
            </>
          )}
        </Match>
      </Switch>
    </div>
  )
}

function HeadSkeleton(): JSX.Element {
  return (
    <div class="identity" aria-busy="true">
      <h1 class="visually-hidden" tabIndex={-1}>
        {t('host.title')}
      </h1>
      <Skeleton width="220px" height="28px" />
      <Skeleton width="70%" height="36px" />
      <Skeleton height="84px" />
    </div>
  )
}
