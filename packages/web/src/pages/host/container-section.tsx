import type { WireRow } from '@lumen/protocol/agent/frame'
import type { ContainerNow } from '@lumen/protocol/http/containers'
import type { HostSummary } from '@lumen/protocol/http/hosts'
import type { LiveFrame } from '@lumen/protocol/live/message'
import { type Accessor, createEffect, createMemo, type JSX, Show } from 'solid-js'
import type { TimeAxis } from '../../charts/time-axis.ts'
import { t } from '../../i18n/t.ts'
import { createQueryState } from '../../router.ts'
import { MemoryCell } from '../containers/memory-cell.tsx'
import { memoryShare, shortImage, standingOf } from '../containers/standing.ts'
import { StandingBadge } from '../containers/standing-badge.tsx'
import { barColumn, numberColumn, OpenerCell } from './columns.tsx'
import { type RowChart, RowCharts } from './row-charts.tsx'
import { Section } from './section.tsx'
import { type Column, SortTable } from './sort-table.tsx'

type Container = WireRow<'container'>

/** Rows shown at once; a host may have a thousand. */
const MOST_ROWS = 30
const CPU_COLUMN = 2

export const CONTAINER_CHARTS: readonly RowChart[] = [
  {
    title: t('containers.cpu'),
    note: t('row.ofHost'),
    unit: 'percent',
    valueAxis: 'auto',
    parts: [{ metric: 'container.cpu_pct', label: t('containers.cpu') }],
  },
  {
    title: t('containers.memory'),
    unit: 'bytes',
    valueAxis: 'auto',
    parts: [
      { metric: 'container.mem_used_bytes', label: t('row.used') },
      { metric: 'container.mem_limit_bytes', label: t('row.limit') },
    ],
  },
  {
    title: t('row.network'),
    note: t('nic.mirror'),
    unit: 'bytes_per_second',
    valueAxis: 'auto',
    parts: [
      { metric: 'container.net_rx_bytes_per_s', label: t('nic.rx') },
      { metric: 'container.net_tx_bytes_per_s', label: t('nic.tx'), isMirrored: true },
    ],
  },
  {
    title: t('row.io'),
    note: t('disk.mirror'),
    unit: 'bytes_per_second',
    valueAxis: 'auto',
    parts: [
      { metric: 'container.io_read_bytes_per_s', label: t('disk.read') },
      { metric: 'container.io_write_bytes_per_s', label: t('disk.write'), isMirrored: true },
    ],
  },
]

/** Containers of this host; a row opens its charts, and says so in the address. */
export function ContainerSection(props: {
  host: HostSummary
  axis: TimeAxis
  frame: Accessor<LiveFrame | null>
  /** What stands above has its height. */
  isSettled: Accessor<boolean>
}): JSX.Element {
  const [opened, setOpened] = createQueryState<string>('container', '')
  const rows = createMemo(() => new Map(Object.entries(props.frame()?.container ?? {})))
  // A link to a container leads to it, as one to a section leads there.
  let isArrival = opened() !== ''
  const arrive = (element: HTMLElement) =>
    createEffect(() => {
      if (!isArrival || !props.isSettled()) return
      isArrival = false
      requestAnimationFrame(() => element.scrollIntoView())
    })
  const toggle = (key: string) => setOpened(opened() === key ? '' : key)
  const columns: readonly Column<Container>[] = [
    {
      title: t('containers.name'),
      sort: (_, key) => key,
      cell: (row, key) => (
        <OpenerCell
          name={key}
          note={shortImage(row()?.image ?? '')}
          isOpen={opened() === key}
          onToggle={() => toggle(key)}
        />
      ),
    },
    {
      title: t('containers.state'),
      sort: (row) => standingOf(known(row), true),
      cell: (row) => <StandingBadge standing={standingOf(known(row() ?? {}), props.host.state !== 'down')} />,
    },
    barColumn(t('containers.cpu'), (row) => row.cpu_pct),
    {
      title: t('containers.memory'),
      isNumber: true,
      sort: (row) => row.mem_used_bytes ?? null,
      cell: (row) => (
        <MemoryCell
          used={row()?.mem_used_bytes}
          limit={row()?.mem_limit_bytes}
          share={memoryShare(known(row() ?? {}))}
        />
      ),
    },
    numberColumn(t('containers.received'), 'bytes_per_second', (row) => row.net_rx_bytes_per_s, {
      isMinor: true,
    }),
    numberColumn(t('containers.sent'), 'bytes_per_second', (row) => row.net_tx_bytes_per_s, {
      isMinor: true,
    }),
    numberColumn(t('containers.restarts'), 'count', (row) => row.restarts, { isMinor: true }),
  ]
  return (
    <Show when={rows().size > 0}>
      <Section name="containers">
        <div class="panel runs">
          <SortTable
            caption={t('section.containers')}
            rows={rows()}
            columns={columns}
            initial={{ column: CPU_COLUMN, isDescending: true }}
            most={MOST_ROWS}
            opened={opened()}
            detail={(key) => (
              <RowCharts
                ref={arrive}
                host={props.host.id}
                row={key}
                name={key}
                charts={CONTAINER_CHARTS}
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

/** Null and left out mean the same on the wire. */
function known(row: Container): Partial<ContainerNow> {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null))
}
