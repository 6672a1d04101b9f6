import type { WireRow } from '@lumen/protocol/agent/frame'
import type { HostSummary } from '@lumen/protocol/http/hosts'
import type { LiveFrame } from '@lumen/protocol/live/message'
import { type Accessor, createMemo, createSignal, type JSX, Show } from 'solid-js'
import type { TimeAxis } from '../../charts/time-axis.ts'
import { t } from '../../i18n/t.ts'
import { barColumn, numberColumn, OpenerCell, wordColumn } from './columns.tsx'
import { type RowChart, RowCharts } from './row-charts.tsx'
import { Section } from './section.tsx'
import { type Column, SortTable } from './sort-table.tsx'

type Storage = WireRow<'storage'>

const CHARTS: readonly RowChart[] = [
  {
    title: t('storages.used'),
    unit: 'bytes',
    valueAxis: 'auto',
    parts: [
      { metric: 'storage.used_bytes', label: t('row.used') },
      { metric: 'storage.total_bytes', label: t('row.total') },
    ],
  },
]
const USED_COLUMN = 2

/** Storages of a Proxmox node, or those its cluster shares; a row opens its chart. */
export default function StorageRows(props: {
  host: HostSummary
  axis: TimeAxis
  frame: Accessor<LiveFrame | null>
}): JSX.Element {
  const [opened, setOpened] = createSignal<string | null>(null)
  const rows = createMemo(() => new Map(Object.entries(props.frame()?.storage ?? {})))
  const columns: readonly Column<Storage>[] = [
    {
      title: t('storages.name'),
      sort: (_, key) => key,
      cell: (row, key) => (
        <OpenerCell
          name={key}
          note={[row()?.type, row()?.content].filter(Boolean).join(' · ')}
          isOpen={opened() === key}
          onToggle={() => setOpened(opened() === key ? null : key)}
        />
      ),
    },
    wordColumn(t('containers.state'), (row) => row.state),
    barColumn(t('storages.used'), (row) => row.used_pct),
    numberColumn(t('pool.allocated'), 'bytes', (row) => row.used_bytes),
    numberColumn(t('pool.size'), 'bytes', (row) => row.total_bytes, { isMinor: true }),
  ]
  return (
    <Show when={rows().size > 0}>
      <Section name="storages">
        <div class="panel runs">
          <SortTable
            caption={t('section.storages')}
            rows={rows()}
            columns={columns}
            initial={{ column: USED_COLUMN, isDescending: true }}
            opened={opened()}
            detail={(key) => (
              <RowCharts
                host={props.host.id}
                row={key}
                name={key}
                charts={CHARTS}
                axis={props.axis}
                intervalMs={props.host.interval_ms}
                onClose={() => setOpened(null)}
              />
            )}
          />
        </div>
      </Section>
    </Show>
  )
}
