import './other-side.css'
import type { WireRow } from '@lumen/protocol/agent/frame'
import type { HostSummary } from '@lumen/protocol/http/hosts'
import type { HostLink } from '@lumen/protocol/http/proxmox/machine-links'
import type { LiveFrame } from '@lumen/protocol/live/message'
import { type Accessor, createMemo, createSignal, For, type JSX, onCleanup, Show } from 'solid-js'
import { calls } from '../../api/calls.ts'
import { call } from '../../api/client.ts'
import { createPolled } from '../../api/polled.ts'
import { proxmoxCalls } from '../../api/proxmox-calls.ts'
import { Banner } from '../../components/banner.tsx'
import { Num } from '../../components/number.tsx'
import { onFrames } from '../../live/live.ts'
import { machineText } from './machine-text.ts'
import { type Comparison, comparisonsOf } from './sides.ts'
import { tp } from './texts.ts'

/** Links change when a person says so, or a guest is made. */
const EVERY_MS = 10_000

/** On the page of a host: the same machine from its other side, or that it seems to have one. */
export default function OtherSide(props: {
  host: HostSummary
  frame: Accessor<LiveFrame | null>
}): JSX.Element {
  const { id, kind } = props.host
  const asked = createPolled(
    async (signal) => {
      const { link } = await call(calls.getHost, { params: { id } }, signal)
      if (link !== null || kind !== 'agent') return { link, proposed: undefined }
      const { links } = await call(proxmoxCalls.listMachineLinks, { query: { host: id } }, signal)
      return { link, proposed: links.find(({ state }) => state === 'proposed')?.machine }
    },
    () => EVERY_MS,
  )
  /** The other side's host stays while only its numbers change. */
  const side = createMemo(() => asked.data()?.link?.other_side ?? undefined, undefined, {
    equals: (a, b) => a?.host.id === b?.host.id && a?.key === b?.key,
  })
  return (
    <>
      <Show when={asked.data()?.proposed}>
        {(machine) => (
          <Banner kind="info" action={<a href={clusterPage(machine().connection_id)}>{tp('pve.decide')}</a>}>
            {tp('pve.proposalHint', machineText(machine()))}
          </Banner>
        )}
      </Show>
      <Show when={side()} keyed>
        {(other) => (
          <Sides isAgent={kind === 'agent'} link={asked.data()!.link!} other={other} frame={props.frame} />
        )}
      </Show>
    </>
  )
}

const clusterPage = (connection: number) => `/proxmox?on=${connection}`

function Sides(props: {
  isAgent: boolean
  link: HostLink
  other: NonNullable<HostLink['other_side']>
  frame: Accessor<LiveFrame | null>
}): JSX.Element {
  const { other } = props
  const [heard, setHeard] = createSignal<WireRow<'host'> | WireRow<'guest'> | undefined>()
  onCleanup(
    onFrames(other.host.id, (frames) => {
      const rows = frames.map((frame) => (other.entity === 'host' ? frame.host : frame.guest?.[other.key]))
      const newest = rows.findLast((row) => row !== undefined)
      if (newest !== undefined) setHeard(newest)
    }),
  )
  const own = () => props.frame()?.host
  const rows = createMemo(() =>
    comparisonsOf(
      props.isAgent ? own() : (heard() as WireRow<'host'> | undefined),
      props.isAgent ? heard() : own(),
      props.link.memory,
    ),
  )
  return (
    <section class="sides" aria-labelledby="sides-title">
      <header>
        <h2 id="sides-title">{tp('pve.sides')}</h2>
        <p class="dim">
          <Show when={props.link.machine}>
            {(machine) => (
              <>
                {tp('pve.thisIs')} <a href={machinePage(machine())}>{machineText(machine())}</a>
                <Show when={machine().vmid !== null}>
                  {' '}
                  {tp('pve.on')} <a href={clusterPage(machine().connection_id)}>{machine().node}</a>
                </Show>{' '}
                {tp('pve.of')} <a href={clusterPage(machine().connection_id)}>{machine().connection}</a>
              </>
            )}
          </Show>
        </p>
        <a class="sides-charts" href={chartsPage(other)}>
          {tp(props.isAgent ? 'pve.outsideCharts' : 'pve.insideCharts')}
        </a>
      </header>
      <table class="sides-table">
        <caption class="visually-hidden">{tp('pve.sides')}</caption>
        <thead>
          <tr>
            <td />
            <th scope="col">{tp('pve.inside')}</th>
            <th scope="col">{tp('pve.outside')}</th>
          </tr>
        </thead>
        <tbody>
          <For each={rows()}>{(row) => <Row row={row} />}</For>
        </tbody>
      </table>
    </section>
  )
}

function Row(props: { row: Comparison }): JSX.Element {
  return (
    <tr>
      <th scope="row">
        {tp(props.row.title)}
        <Show when={props.row.note}>{(note) => <small>{tp(note())}</small>}</Show>
      </th>
      <td>
        <Num unit={props.row.unit} value={props.row.inside} />
      </td>
      <td>
        <Num unit={props.row.unit} value={props.row.outside} />
      </td>
    </tr>
  )
}

const machinePage = ({ connection_id, vmid }: { connection_id: number; vmid: number | null }) =>
  vmid === null ? clusterPage(connection_id) : `${clusterPage(connection_id)}&tab=guests&q=${vmid}`

const chartsPage = ({ host, entity, key }: NonNullable<HostLink['other_side']>) =>
  entity === 'guest' ? `/hosts/${host.id}?guest=${key}` : `/hosts/${host.id}`
