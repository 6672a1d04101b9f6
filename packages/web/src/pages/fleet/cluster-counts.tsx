import './cluster-counts.css'
import type { ClusterCounts as Counts } from '@lumen/protocol/http/hosts'
import { type JSX, Match, Switch } from 'solid-js'
import { Mark } from '../proxmox/mark.tsx'
import { tp } from '../proxmox/texts.ts'

/** What a cluster's card has in place of the meters of a machine. */
export default function ClusterCounts(props: { counts: Counts }): JSX.Element {
  const nodes = () => tp('pve.nodesOnline', props.counts.nodes_online, props.counts.nodes_total)
  return (
    <ul class="cluster-counts">
      <li>
        <Switch fallback={<span class="dim">{tp('pve.quorumUnknown')}</span>}>
          <Match when={props.counts.is_quorate === true}>
            <Mark level="fine">{tp('pve.quorate')}</Mark>
          </Match>
          <Match when={props.counts.is_quorate === false}>
            <Mark level="critical">{tp('pve.notQuorate')}</Mark>
          </Match>
        </Switch>
      </li>
      <li>
        <Switch fallback={nodes()}>
          <Match when={props.counts.nodes_online < props.counts.nodes_total}>
            <Mark level="critical">{nodes()}</Mark>
          </Match>
        </Switch>
      </li>
      <li>{tp('pve.guestsRunning', props.counts.guests_running, props.counts.guests_total)}</li>
    </ul>
  )
}
