import type { HostSummary } from '@lumen/protocol/http/hosts'
import { type Accessor, For, type JSX, Show } from 'solid-js'
import { Bar } from '../../components/bar.tsx'
import { FiringCount } from '../../components/firing-count.tsx'
import { Num } from '../../components/number.tsx'
import { StateBadge } from '../../components/state-badge.tsx'
import { relativeText } from '../../format/time.ts'
import { formatText } from '../../format/unit.ts'
import { type PlainKey, t } from '../../i18n/t.ts'
import type { Sort } from './arrange.ts'
import { createShown } from './host-card.tsx'
import { useVisible } from './visible.ts'
import { whatItIs } from './what-it-is.ts'

const COLUMNS: readonly { title: PlainKey; sort: Sort | null; class: string }[] = [
  { title: 'fleet.host', sort: 'name', class: 'col-name' },
  { title: 'fleet.state', sort: 'trouble', class: 'col-state' },
  { title: 'fleet.cpu', sort: 'cpu', class: 'col-bar' },
  { title: 'fleet.memory', sort: 'memory', class: 'col-bar' },
  { title: 'fleet.disk', sort: 'disk', class: 'col-bar' },
  { title: 'fleet.receivedShort', sort: null, class: 'col-number wide' },
  { title: 'fleet.sentShort', sort: null, class: 'col-number wide' },
  { title: 'fleet.temperatureShort', sort: 'temperature', class: 'col-number wide' },
  { title: 'fleet.uptime', sort: null, class: 'col-number wide' },
]

/** All hosts as dense rows. */
export function HostTable(props: {
  ids: readonly number[]
  host: (id: number) => HostSummary | undefined
  now: Accessor<number>
  sort: Sort
  onSort: (sort: Sort) => void
}): JSX.Element {
  return (
    <table class="fleet-table">
      <thead>
        <tr>
          <For each={COLUMNS}>
            {(column) => (
              <th
                scope="col"
                class={column.class}
                aria-sort={
                  column.sort === props.sort
                    ? props.sort === 'name'
                      ? 'ascending'
                      : 'descending'
                    : undefined
                }
              >
                <Show when={column.sort} fallback={t(column.title)}>
                  {(sort) => (
                    <button type="button" class="col-sort" onClick={() => props.onSort(sort())}>
                      {t(column.title)}
                    </button>
                  )}
                </Show>
              </th>
            )}
          </For>
        </tr>
      </thead>
      <tbody>
        <For each={props.ids}>{(id) => <Row host={() => props.host(id)} now={props.now} />}</For>
      </tbody>
    </table>
  )
}

function Row(props: { host: Accessor<HostSummary | undefined>; now: Accessor<number> }): JSX.Element {
  const [ref, isVisible] = useVisible()
  const shown = createShown(() => props.host(), isVisible)
  return (
    <tr ref={ref} class={`fleet-row ${shown()?.state ?? ''}`}>
      <Show when={shown() !== undefined}>
        <Cells host={() => shown()!} now={props.now} />
      </Show>
    </tr>
  )
}

function Cells(props: { host: Accessor<HostSummary>; now: Accessor<number> }): JSX.Element {
  const host = () => props.host()
  const now = () => host().now
  return (
    <>
      <th scope="row" class="col-name">
        <a href={`/hosts/${host().id}`} class="truncate">
          {host().name}
        </a>
        <span class="row-what truncate">{[whatItIs(host()), ...host().tags].join(' · ')}</span>
      </th>
      <td class="col-state">
        <StateBadge state={host().state} />
        <FiringCount firing={host().firing} />
        <Show when={host().state !== 'up' && host().last_seen}>
          {(at) => <span class="row-age">{relativeText(at(), props.now())}</span>}
        </Show>
      </td>
      <td class="col-bar">
        <Bar label="" percent={now()?.cpu_pct} />
      </td>
      <td class="col-bar">
        <Bar label="" percent={now()?.mem_pct} />
      </td>
      <td class="col-bar">
        <Bar label="" percent={now()?.disk_pct} />
      </td>
      <td class="col-number wide">
        <Num unit="bytes_per_second" value={now()?.net_rx_bytes_per_s} />
      </td>
      <td class="col-number wide">
        <Num unit="bytes_per_second" value={now()?.net_tx_bytes_per_s} />
      </td>
      <td class="col-number wide">
        <Num unit="celsius" value={now()?.temp_celsius} />
      </td>
      <td class="col-number wide">{formatText('seconds', now()?.uptime_s)}</td>
    </>
  )
}
