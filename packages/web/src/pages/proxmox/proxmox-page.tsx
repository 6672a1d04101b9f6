import '../../styles/list-head.css'
import '../../styles/page-tabs.css'
import '../settings/proxmox/proxmox.css'
import './proxmox-page.css'
import { createEffect, createMemo, For, type JSX, Match, on, Show, Switch } from 'solid-js'
import { calls } from '../../api/calls.ts'
import { call } from '../../api/client.ts'
import { createPolled } from '../../api/polled.ts'
import { proxmoxCalls } from '../../api/proxmox-calls.ts'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { Skeleton } from '../../components/skeleton.tsx'
import { t } from '../../i18n/t.ts'
import { createQueryState } from '../../router.ts'
import { useTitle } from '../../title.ts'
import { ConnectionBadge } from '../settings/proxmox/connection-state.tsx'
import { ActivityView } from './activity-view.tsx'
import { BackupsView } from './backups-view.tsx'
import { ClusterHead } from './cluster-head.tsx'
import { GuestsView } from './guests-view.tsx'
import { MachineLinks, RefusedLinks } from './machine-links.tsx'
import { NodesView } from './nodes-view.tsx'
import { ServerView } from './server-view.tsx'
import { StorageView } from './storage-view.tsx'
import { tp } from './texts.ts'

/** The cluster's own numbers are new every ten seconds. */
const EVERY_MS = 10_000
const TABS = ['nodes', 'guests', 'storage', 'backups', 'activity'] as const
type Tab = (typeof TABS)[number]

/** `/proxmox`: one cluster or backup server at a time. `?on=` says which, `?tab=` which part. */
export default function ProxmoxPage(): JSX.Element {
  const list = createPolled(
    (signal) => call(calls.listProxmox, undefined, signal),
    () => EVERY_MS,
  )
  const [chosen, setChosen] = createQueryState<string>('on', '', { push: true })
  const connections = () => list.data()?.connections ?? []
  const shown = createMemo(() => {
    const wanted = connections().find(({ id }) => String(id) === chosen())
    return (wanted ?? connections()[0])?.id
  })
  useTitle(() => tp('pve.title'))
  return (
    <div class="page proxmox proxmox-page">
      <div class="list-head">
        <h1 tabIndex={-1}>{tp('pve.title')}</h1>
        <Show when={connections().length > 1}>
          <nav class="pve-connections" aria-label={tp('pve.connections')}>
            <For each={connections()}>
              {(one) => (
                <button
                  type="button"
                  class="state-chip"
                  aria-pressed={shown() === one.id}
                  onClick={() => setChosen(String(one.id))}
                >
                  <ConnectionBadge state={one.state} />
                  {one.name}
                </button>
              )}
            </For>
          </nav>
        </Show>
        <Show when={connections().length > 0}>
          <a class="button list-total" href="/settings/proxmox">
            {tp('pve.manage')}
          </a>
        </Show>
      </div>
      <Show when={list.error()}>
        {(error) => (
          <Banner
            kind="fault"
            action={<Button onClick={() => void list.refresh()}>{t('error.retry')}</Button>}
          >
            {tp('pve.loadFailed')} {error().message}
          </Banner>
        )}
      </Show>
      <Switch fallback={<Show when={list.error() === undefined}>{<PageSkeleton />}</Show>}>
        <Match when={list.data()?.connections.length === 0}>
          <EmptyState title={tp('pve.none')} text={tp('pve.noneText')}>
            <a class="button primary" href="/settings/proxmox?add=1">
              {tp('pve.connect')}
            </a>
          </EmptyState>
        </Match>
        <Match when={shown()} keyed>
          {(id) => <Connection id={id} />}
        </Match>
      </Switch>
    </div>
  )
}

function Connection(props: { id: number }): JSX.Element {
  // Another one is another instance of this.
  const id = props.id
  const detail = createPolled(
    (signal) => call(proxmoxCalls.getProxmox, { params: { id } }, signal),
    () => EVERY_MS,
  )
  const links = createPolled(
    (signal) => call(proxmoxCalls.listMachineLinks, { query: { connection: id } }, signal),
    () => EVERY_MS,
  )
  const [tab] = createQueryState<Tab>('tab', 'nodes', {
    push: true,
    isValid: (text) => TABS.some((known) => known === text),
  })
  const cluster = () => detail.data()?.cluster ?? undefined
  const server = () => detail.data()?.server ?? undefined
  const parts = () => detail.data()?.parts ?? []
  const decided = () => {
    void links.refresh()
    void detail.refresh()
  }
  let tabs: HTMLElement | undefined
  // On a phone the row of tabs scrolls: the one that is shown is in sight.
  createEffect(
    on(tab, () => {
      const current = tabs?.querySelector<HTMLElement>('[aria-current]')
      if (current != null) tabs?.scrollTo({ left: current.offsetLeft - tabs.clientWidth / 3 })
    }),
  )
  return (
    <>
      <Show when={detail.error()}>
        {(error) => (
          <Banner
            kind="fault"
            action={<Button onClick={() => void detail.refresh()}>{t('error.retry')}</Button>}
          >
            {tp('pve.loadFailed')} {error().message}
          </Banner>
        )}
      </Show>
      <Show
        when={detail.data()}
        fallback={<Show when={detail.error() === undefined}>{<PageSkeleton />}</Show>}
      >
        {(told) => (
          <>
            <ClusterHead detail={told()} />
          </>
        )}
      </Show>
      <Show when={server()}>{(known) => <ServerView server={known()} parts={parts()} />}</Show>
      <Show when={cluster()}>
        {(known) => (
          <>
            <nav ref={tabs} class="page-tabs" aria-label={tp('pve.tabs')}>
              <For each={TABS}>
                {(one) => (
                  <a
                    href={`?${new URLSearchParams({ on: String(id), ...(one === 'nodes' ? {} : { tab: one }) })}`}
                    aria-current={tab() === one ? 'page' : undefined}
                  >
                    {tp(`pve.tab.${one}`)}
                  </a>
                )}
              </For>
            </nav>
            <Show
              when={known().nodes.length > 0}
              fallback={
                <p class="pve-absent" role="status">
                  {tp('pve.starting')}
                </p>
              }
            >
              <Switch>
                <Match when={tab() === 'nodes'}>
                  <MachineLinks links={links.data()?.links ?? []} onDecided={decided} />
                  <NodesView cluster={known()} parts={parts()} />
                  <RefusedLinks links={links.data()?.links ?? []} onDecided={decided} />
                </Match>
                <Match when={tab() === 'guests'}>
                  <GuestsView cluster={known()} parts={parts()} />
                </Match>
                <Match when={tab() === 'storage'}>
                  <StorageView cluster={known()} parts={parts()} />
                </Match>
                <Match when={tab() === 'backups'}>
                  <BackupsView cluster={known()} parts={parts()} />
                </Match>
                <Match when={tab() === 'activity'}>
                  <ActivityView cluster={known()} parts={parts()} />
                </Match>
              </Switch>
            </Show>
          </>
        )}
      </Show>
    </>
  )
}

/** The page's layout before the first answer. */
function PageSkeleton(): JSX.Element {
  return (
    <div class="pve-skeleton" aria-busy="true">
      <span class="visually-hidden" role="status">
        {tp('pve.loading')}
      </span>
      <Skeleton width="320px" height="24px" />
      <Skeleton height="40px" />
      <Skeleton height="220px" />
    </div>
  )
}
