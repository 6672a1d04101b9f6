import type { ClusterDetail } from '@lumen/protocol/http/proxmox/cluster'
import { For, type JSX, Match, Show, Switch } from 'solid-js'
import { Banner } from '../../components/banner.tsx'
import { relativeText } from '../../format/time.ts'
import { useNow } from '../../live/ticker.ts'
import { ConnectionBadge } from '../settings/proxmox/connection-state.tsx'
import { MissingRights } from '../settings/proxmox/rights.tsx'
import { Mark } from './mark.tsx'
import { tp } from './texts.ts'

const MOST_FAULTS = 3

/** How a cluster is as a whole, and how the connection to it fares. */
export function ClusterHead(props: { detail: ClusterDetail }): JSX.Element {
  const now = useNow()
  const connection = () => props.detail.connection
  const cluster = () => props.detail.cluster
  const guests = () => (cluster()?.guests ?? []).filter(({ is_template }) => !is_template)
  const isSilent = () => connection().state !== 'up' && connection().state !== 'limited'
  return (
    <>
      <div class="pve-head">
        <h2>{connection().name}</h2>
        <ConnectionBadge state={connection().state} />
        <Show when={cluster()}>
          {(known) => (
            <>
              <Switch
                fallback={
                  <Show when={known().name === null && known().nodes_total === 1}>
                    {<span class="dim">{tp('pve.single')}</span>}
                  </Show>
                }
              >
                <Match when={known().is_quorate === true}>
                  <Mark level="fine">{tp('pve.quorate')}</Mark>
                </Match>
                <Match when={known().is_quorate === false}>
                  <Mark level="critical">{tp('pve.notQuorate')}</Mark>
                </Match>
              </Switch>
              <Switch>
                <Match when={known().nodes_online < known().nodes_total}>
                  <Mark level="critical">
                    {tp('pve.nodesOnline', known().nodes_online, known().nodes_total)}
                  </Mark>
                </Match>
                <Match when={true}>
                  <span>{tp('pve.nodesOnline', known().nodes_online, known().nodes_total)}</span>
                </Match>
              </Switch>
              <span>
                {tp(
                  'pve.guestsRunning',
                  guests().filter(({ state }) => state === 'running').length,
                  guests().length,
                )}
              </span>
              <Show when={known().ha?.master?.node}>
                {(node) => <span class="dim">{tp('pve.haMaster', node())}</span>}
              </Show>
            </>
          )}
        </Show>
        <Show when={connection().version}>{(version) => <span class="dim">{version()}</span>}</Show>
      </div>
      <Show when={connection().fault}>{(fault) => <Banner kind="fault">{fault()}</Banner>}</Show>
      <Show when={isSilent() && connection().last_ok}>
        {(at) => <p class="dim pve-hint">{tp('pve.lastOk', relativeText(at(), now()))}</p>}
      </Show>
      <Show when={connection().missing_rights.length > 0}>
        <MissingRights rights={connection().missing_rights} />
      </Show>
      <Show when={connection().missing_rights.length === 0 && connection().faults.length > 0}>
        <Banner kind="warn">
          <For each={connection().faults.slice(0, MOST_FAULTS)}>{(fault) => <p>{fault}</p>}</For>
          <Show when={connection().faults.length > MOST_FAULTS}>
            <p>{tp('pve.moreFaults', connection().faults.length - MOST_FAULTS)}</p>
          </Show>
        </Banner>
      </Show>
      <Show when={connection().import}>
        {(progress) => (
          <Banner kind="info">
            {progress().fault === null
              ? tp('pve.importing', progress().done, progress().total)
              : tp('pve.importWaits', progress().fault ?? '')}
          </Banner>
        )}
      </Show>
    </>
  )
}
