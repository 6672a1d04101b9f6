import type { ClusterPart, ClusterPartName } from '@lumen/protocol/http/proxmox/cluster'
import { For, type JSX, Show } from 'solid-js'
import { Banner } from '../../components/banner.tsx'
import { dateTimeText, relativeText } from '../../format/time.ts'
import { useNow } from '../../live/ticker.ts'
import { partName, tp } from './texts.ts'

/** A heading with when what is below was last read, and what kept it from that. */
export function Part(props: {
  title: string
  parts: readonly ClusterPart[]
  names: readonly ClusterPartName[]
  /** Beside the heading. */
  aside?: JSX.Element
  children: JSX.Element
}): JSX.Element {
  const now = useNow()
  const own = () => props.parts.filter(({ name }) => props.names.includes(name))
  /** What is shown is as old as the oldest part of it. */
  const readAt = () => {
    const times = own().map(({ read_at }) => read_at)
    const known = times.filter((at) => at !== null)
    return known.length === 0 ? null : Math.min(...known)
  }
  const faults = () =>
    own().flatMap(({ name, faults }) =>
      faults.map((fault) => (props.names.length > 1 ? tp('pve.partFault', partName(name), fault) : fault)),
    )
  return (
    <section class="pve-part" aria-label={props.title}>
      <header>
        <h2>{props.title}</h2>
        {props.aside}
        <span class="pve-read">
          <Show when={readAt()} fallback={tp('pve.notRead')}>
            {(at) => <span title={dateTimeText(at())}>{tp('pve.read', relativeText(at(), now()))}</span>}
          </Show>
        </span>
      </header>
      <For each={faults()}>{(fault) => <Banner kind="warn">{fault}</Banner>}</For>
      {props.children}
    </section>
  )
}

/** Nothing of it is there. */
export function Absent(props: { text: string }): JSX.Element {
  return <p class="pve-absent">{props.text}</p>
}
