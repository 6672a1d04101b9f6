import './proxmox.css'
import type { ProxmoxConnection } from '@lumen/protocol/http/proxmox/connections'
import { createEffect, createMemo, createSignal, For, type JSX, Match, Show, Switch } from 'solid-js'
import { calls } from '../../../api/calls.ts'
import { call } from '../../../api/client.ts'
import { createPolled } from '../../../api/polled.ts'
import { Banner } from '../../../components/banner.tsx'
import { Button } from '../../../components/button.tsx'
import { EmptyState } from '../../../components/empty-state.tsx'
import { Skeleton } from '../../../components/skeleton.tsx'
import { t } from '../../../i18n/t.ts'
import { setHasProxmox } from '../../../live/proxmox-known.ts'
import { createQueryState } from '../../../router.ts'
import { ConnectDialog } from './connect-dialog.tsx'
import { ConnectionCard } from './connection-card.tsx'
import { RemoveDialog } from './remove-dialog.tsx'
import { tx } from './texts.ts'

const REFRESH_MS = 5_000

/** Settings → Proxmox. `?add=1` opens the dialog that connects one. */
export default function ProxmoxSection(): JSX.Element {
  const proxmox = createPolled(
    (signal) => call(calls.listProxmox, undefined, signal),
    () => REFRESH_MS,
  )
  const [adding, setAdding] = createQueryState<string>('add', '')
  const [edited, setEdited] = createSignal<ProxmoxConnection | undefined>()
  const [removed, setRemoved] = createSignal<ProxmoxConnection | undefined>()
  // A card stays the same element while its numbers change: its menu stays open, and focus finds it again.
  const ids = createMemo(() => (proxmox.data()?.connections ?? []).map(({ id }) => id), [], {
    equals: (a, b) => a.length === b.length && a.every((id, i) => id === b[i]),
  })
  const refresh = () => void proxmox.refresh()
  createEffect(() => {
    const data = proxmox.data()
    if (data !== undefined) setHasProxmox(data.connections.length > 0)
  })
  return (
    <section class="settings-section wide proxmox" aria-labelledby="proxmox-heading">
      <header class="section-head">
        <div>
          <h2 id="proxmox-heading">{t('settings.proxmox')}</h2>
          <p class="dim">{tx('proxmox.intro')}</p>
        </div>
        <Button look="primary" icon="plus" onClick={() => setAdding('1')}>
          {tx('proxmox.connect')}
        </Button>
      </header>
      <Show when={proxmox.error()}>
        {(error) => (
          <Banner kind="fault" action={<Button onClick={refresh}>{t('error.retry')}</Button>}>
            {error().message}
          </Banner>
        )}
      </Show>
      <Switch fallback={<Show when={proxmox.error() === undefined}>{<Skeleton height="180px" />}</Show>}>
        <Match when={proxmox.data()?.connections.length === 0}>
          <EmptyState title={tx('proxmox.none')} text={tx('proxmox.noneText')} />
        </Match>
        <Match when={proxmox.data()}>
          {(data) => (
            <For each={ids()}>
              {(id) => (
                <Show when={data().connections.find((one) => one.id === id)}>
                  {(connection) => (
                    <ConnectionCard
                      connection={connection()}
                      onEdit={() => setEdited(connection())}
                      onRemove={() => setRemoved(connection())}
                    />
                  )}
                </Show>
              )}
            </For>
          )}
        </Match>
      </Switch>
      <Show when={adding() !== ''}>
        <ConnectDialog connection={undefined} onClose={() => setAdding('')} onSaved={refresh} />
      </Show>
      <Show when={edited()} keyed>
        {(connection) => (
          <ConnectDialog connection={connection} onClose={() => setEdited(undefined)} onSaved={refresh} />
        )}
      </Show>
      <Show when={removed()} keyed>
        {(connection) => (
          <RemoveDialog connection={connection} onClose={() => setRemoved(undefined)} onRemoved={refresh} />
        )}
      </Show>
    </section>
  )
}
