import {
  type Accessor,
  createEffect,
  createSignal,
  For,
  type JSX,
  on,
  onCleanup,
  onMount,
  Show,
} from 'solid-js'
import { Bar } from '../../components/bar.tsx'
import { Num } from '../../components/number.tsx'
import { shortDurationText } from '../../format/duration.ts'
import { relativeText } from '../../format/time.ts'
import { formatText } from '../../format/unit.ts'
import { type PlainKey, t } from '../../i18n/t.ts'
import type { Row, Sort } from './arrange.ts'
import { MemoryCell } from './memory-cell.tsx'
import { rowsInView } from './rows-in-view.ts'
import { memoryShare, runningSince, shortImage } from './standing.ts'
import { StandingBadge } from './standing-badge.tsx'

const COLUMNS: readonly { title: PlainKey; sort: Sort | null; class: string }[] = [
  { title: 'containers.name', sort: 'name', class: 'col-name' },
  { title: 'containers.state', sort: 'trouble', class: 'col-state' },
  { title: 'containers.cpu', sort: 'cpu', class: 'col-cpu' },
  { title: 'containers.memory', sort: 'memory', class: 'col-memory' },
  { title: 'containers.received', sort: 'network', class: 'col-number wide' },
  { title: 'containers.sent', sort: null, class: 'col-number wide' },
  { title: 'containers.restarts', sort: 'restarts', class: 'col-number wide' },
  { title: 'containers.host', sort: 'host', class: 'col-host' },
]
/** Rows kept above and below the screen, so that scrolling and Tab meet no hole. */
const AROUND = 8

/** Any number of containers as rows of one height, of which only those near the screen exist. */
export function ContainerTable(props: {
  ids: readonly string[]
  row: (id: string) => Row | undefined
  now: Accessor<number>
  sort: Sort
  onSort: (sort: Sort) => void
}): JSX.Element {
  let body!: HTMLTableSectionElement
  const [rowHeight, setRowHeight] = createSignal(52)
  const [view, setView] = createSignal(
    { from: 0, to: 0 },
    { equals: (a, b) => a.from === b.from && a.to === b.to },
  )
  const measure = () => {
    const height = Number.parseFloat(getComputedStyle(body).getPropertyValue('--row')) || 52
    setRowHeight(height)
    const { top } = body.getBoundingClientRect()
    const count = props.ids.length
    setView(rowsInView({ count, rowHeight: height, top, viewHeight: innerHeight, around: AROUND }))
  }
  onMount(() => {
    measure()
    addEventListener('scroll', measure, { passive: true })
    addEventListener('resize', measure)
    onCleanup(() => {
      removeEventListener('scroll', measure)
      removeEventListener('resize', measure)
    })
  })
  createEffect(on(() => props.ids, measure, { defer: true }))
  const shown = () => props.ids.slice(view().from, view().to)
  return (
    <table class="container-table" aria-rowcount={props.ids.length + 1}>
      <caption class="visually-hidden">{t('containers.title')}</caption>
      <thead>
        <tr aria-rowindex={1}>
          <For each={COLUMNS}>
            {(column) => (
              <th
                scope="col"
                class={column.class}
                aria-sort={
                  column.sort !== props.sort
                    ? undefined
                    : props.sort === 'name' || props.sort === 'host'
                      ? 'ascending'
                      : 'descending'
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
      <tbody ref={body} style={{ height: `${props.ids.length * rowHeight()}px` }}>
        <For each={shown()}>
          {(id, i) => (
            <tr
              aria-rowindex={view().from + i() + 2}
              style={{ transform: `translateY(${(view().from + i()) * rowHeight()}px)` }}
            >
              <Show when={props.row(id)}>{(row) => <Cells row={row()} now={props.now} />}</Show>
            </tr>
          )}
        </For>
      </tbody>
    </table>
  )
}

/** Where a container's charts are. */
export const containerLink = (hostId: number, name: string): string =>
  `/hosts/${hostId}?container=${encodeURIComponent(name)}`

function Cells(props: { row: Row; now: Accessor<number> }): JSX.Element {
  const row = () => props.row
  const share = () => memoryShare(row())
  const isOld = () => row().standing === 'unknown'
  const note = () => {
    if (isOld()) return t('containers.asOf', relativeText(row().ts, props.now()))
    const since = runningSince(row())
    return since === null ? undefined : relativeSpan(since, props.now())
  }
  const memory = () => {
    const { mem_used_bytes: used, mem_limit_bytes: limit } = row()
    if (used === undefined) return undefined
    return t(
      'containers.memoryOf',
      formatText('bytes', used),
      limit === undefined ? t('containers.noLimit') : formatText('bytes', limit),
    )
  }
  return (
    <>
      <th scope="row" class="col-name" title={row().image}>
        <a href={containerLink(row().hostId, row().name)} class="truncate">
          {row().name}
        </a>
        <span class="row-what truncate">
          <span class="row-host">{row().hostName} · </span>
          {shortImage(row().image ?? '')}
        </span>
      </th>
      <td class="col-state">
        <StandingBadge standing={row().standing} />
        <Show when={note()}>{(text) => <span class="row-what">{text()}</span>}</Show>
      </td>
      <td class="col-cpu" classList={{ old: isOld() }}>
        <Bar label={t('containers.cpu')} percent={row().cpu_pct} />
      </td>
      <td class="col-memory" classList={{ old: isOld() }} title={memory()}>
        <MemoryCell used={row().mem_used_bytes} limit={row().mem_limit_bytes} share={share()} />
      </td>
      <td class="col-number wide" classList={{ old: isOld() }}>
        <Num unit="bytes_per_second" value={row().net_rx_bytes_per_s} />
      </td>
      <td class="col-number wide" classList={{ old: isOld() }}>
        <Num unit="bytes_per_second" value={row().net_tx_bytes_per_s} />
      </td>
      <td class="col-number wide" classList={{ some: (row().restarts ?? 0) > 0 }}>
        <Num unit="count" value={row().restarts} />
      </td>
      <td class="col-host">
        <a href={`/hosts/${row().hostId}`} class="truncate">
          {row().hostName}
        </a>
      </td>
    </>
  )
}

/** One unit: a table of many is read down, not across. */
function relativeSpan(since: number, now: number): string {
  return t('containers.since', shortDurationText((now - since) / 1000))
}
