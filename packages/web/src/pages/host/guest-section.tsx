import type { WireRow } from '@lumen/protocol/agent/frame'
import type { HostSummary } from '@lumen/protocol/http/hosts'
import type { LiveFrame } from '@lumen/protocol/live/message'
import { type Accessor, createEffect, createMemo, type JSX, Show } from 'solid-js'
import type { TimeAxis } from '../../charts/time-axis.ts'
import { t } from '../../i18n/t.ts'
import { createQueryState } from '../../router.ts'
import { MemoryCell } from '../containers/memory-cell.tsx'
import { barColumn, numberColumn, OpenerCell, wordColumn } from './columns.tsx'
import { type RowChart, RowCharts } from './row-charts.tsx'
import { Section } from './section.tsx'
import { type Column, SortTable } from './sort-table.tsx'

type Guest = WireRow<'guest'>

const MOST_ROWS = 30

const GUEST_CHARTS: readonly RowChart[] = [
  {
    title: t('containers.cpu'),
    note: t('row.ofGuest'),
    unit: 'percent',
    valueAxis: 'percent',
    parts: [{ metric: 'guest.cpu_pct', label: t('containers.cpu') }],
  },
  {
    title: t('containers.memory'),
    unit: 'bytes',
    valueAxis: 'auto',
    parts: [
      { metric: 'guest.mem_used_bytes', label: t('row.used') },
      { metric: 'guest.mem_total_bytes', label: t('row.total') },
    ],
  },
  {
    title: t('row.network'),
    note: t('nic.mirror'),
    unit: 'bytes_per_second',
    valueAxis: 'auto',
    parts: [
      { metric: 'guest.net_rx_bytes_per_s', label: t('nic.rx') },
      { metric: 'guest.net_tx_bytes_per_s', label: t('nic.tx'), isMirrored: true },
    ],
  },
  {
    title: t('row.io'),
    note: t('disk.mirror'),
    unit: 'bytes_per_second',
    valueAxis: 'auto',
    parts: [
      { metric: 'guest.disk_read_bytes_per_s', label: t('disk.read') },
      { metric: 'guest.disk_write_bytes_per_s', label: t('disk.write'), isMirrored: true },
    ],
  },
]

const share = ({ mem_used_bytes: used, mem_total_bytes: total }: Guest): number | null =>
  typeof used === 'number' && typeof total === 'number' && total > 0 ? (100 * used) / total : null

const kindOf = (kind: string | null | undefined): string =>
  kind === 'qemu' ? t('guest.qemu') : kind === 'lxc' ? t('guest.lxc') : (kind ?? '–')

/** Virtual machines and system containers that run on this host; a row opens its charts. */
export default function GuestSection(props: {
  host: HostSummary
  axis: TimeAxis
  frame: Accessor<LiveFrame | null>
  /** What stands above has its height. */
  isSettled: Accessor<boolean>
}): JSX.Element {
  const [opened, setOpened] = createQueryState<string>('guest', '')
  // A link to a guest leads to it.
  let isArrival = opened() !== ''
  const arrive = (element: HTMLElement) =>
    createEffect(() => {
      if (!isArrival || !props.isSettled()) return
      isArrival = false
      requestAnimationFrame(() => element.scrollIntoView())
    })
  const rows = createMemo(() => new Map(Object.entries(props.frame()?.guest ?? {})))
  const nameOf = (key: string) => rows().get(key)?.name ?? key
  const columns: readonly Column<Guest>[] = [
    {
      title: t('guest.name'),
      sort: (row, key) => row.name ?? key,
      cell: (row, key) => (
        <OpenerCell
          name={nameOf(key)}
          note={[kindOf(row()?.kind), key].join(' · ')}
          isOpen={opened() === key}
          onToggle={() => setOpened(opened() === key ? '' : key)}
        />
      ),
    },
    wordColumn(t('containers.state'), (row) => row.state),
    barColumn(t('containers.cpu'), (row) => row.cpu_pct),
    {
      title: t('containers.memory'),
      isNumber: true,
      sort: (row) => row.mem_used_bytes ?? null,
      cell: (row) => (
        <MemoryCell used={row()?.mem_used_bytes} limit={row()?.mem_total_bytes} share={share(row() ?? {})} />
      ),
    },
    numberColumn(t('nic.rx'), 'bytes_per_second', (row) => row.net_rx_bytes_per_s, { isMinor: true }),
    numberColumn(t('nic.tx'), 'bytes_per_second', (row) => row.net_tx_bytes_per_s, { isMinor: true }),
    numberColumn(t('guest.uptime'), 'seconds', (row) => row.uptime_s, { isMinor: true }),
  ]
  return (
    <Show when={rows().size > 0}>
      <Section name="guests">
        <div class="panel runs">
          <SortTable
            caption={t('section.guests')}
            rows={rows()}
            columns={columns}
            most={MOST_ROWS}
            opened={opened()}
            detail={(key) => (
              <RowCharts
                ref={arrive}
                host={props.host.id}
                row={key}
                name={nameOf(key)}
                charts={GUEST_CHARTS}
                axis={props.axis}
                intervalMs={props.host.interval_ms}
                onClose={() => setOpened('')}
              />
            )}
          />
        </div>
      </Section>
    </Show>
  )
}
