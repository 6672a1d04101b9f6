import type { ConnectionState } from '@lumen/protocol/http/proxmox/connections'
import type { JSX } from 'solid-js'
import { type HostState, StateShape } from '../../../components/state-badge.tsx'
import { tx } from './texts.ts'

/** The same four shapes as hosts have: well, half well, not at all, not yet. */
const SHAPES: Readonly<Record<ConnectionState['state'], HostState>> = {
  starting: 'waiting',
  up: 'up',
  limited: 'stale',
  failing: 'down',
  halted: 'down',
  sealed: 'down',
}

export function ConnectionBadge(props: { state: ConnectionState['state'] }): JSX.Element {
  const shape = () => SHAPES[props.state]
  return (
    <span class={`state-badge ${shape()}`}>
      <StateShape state={shape()} />
      <span class="state-word">{tx(`proxmox.state.${props.state}`)}</span>
    </span>
  )
}
