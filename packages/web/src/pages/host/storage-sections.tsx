import type { WireRow } from '@lumen/protocol/agent/frame'
import { createMemo, type JSX, Show } from 'solid-js'
import { Chart } from '../../charts/chart.tsx'
import { Bar } from '../../components/bar.tsx'
import { Num } from '../../components/number.tsx'
import { t } from '../../i18n/t.ts'
import { keyedLines, keysOf, type Part } from './lines.ts'
import { Absent, Section, type SectionProps } from './section.tsx'
import { type Column, SortTable } from './sort-table.tsx'

export const STORAGE_METRICS = [
  'filesystem.used_pct',
  'disk.read_bytes_per_s',
  'disk.write_bytes_per_s',
  'disk.read_iops',
  'disk.write_iops',
  'disk.util_pct',
  'disk.await_ms',
] as const

type Filesystem = WireRow<'filesystem'>
type Disk = WireRow<'disk'>

const FILESYSTEM_COLUMNS: readonly Column<Filesystem>[] = [
  {
    title: t('fs.mount'),
    sort: (_, key) => key,
    cell: (row, key) => (
      <span class="cell-name" title={key}>
        <span class="mono">{key}</span>
        <small>{[row()?.device, row()?.type].filter(Boolean).join(' · ')}</small>
      </span>
    ),
  },
  {
    title: t('fs.used'),
    sort: (row) => row.used_pct ?? null,
    cell: (row) => <Bar label="" percent={row()?.used_pct} />,
  },
  {
    title: t('fs.usedBytes'),
    isNumber: true,
    sort: (row) => row.used_bytes ?? null,
    cell: (row) => <Num unit="bytes" value={row()?.used_bytes} />,
  },
  {
    title: t('fs.size'),
    isNumber: true,
    isMinor: true,
    sort: (row) => row.total_bytes ?? null,
    cell: (row) => <Num unit="bytes" value={row()?.total_bytes} />,
  },
  {
    title: t('fs.inodes'),
    isNumber: true,
    isMinor: true,
    sort: (row) => row.inodes_pct ?? null,
    cell: (row) => <Num unit="percent" value={row()?.inodes_pct} />,
  },
]

export function FilesystemSection(props: SectionProps): JSX.Element {
  const rows = createMemo(() => new Map(Object.entries(props.frame()?.filesystem ?? {})))
  const keys = createMemo(() => keysOf(props.group.names(), 'filesystem.used_pct'))
  const lines = createMemo(() =>
    keyedLines(props.group.names(), keys(), [{ metric: 'filesystem.used_pct', label: t('fs.used') }]),
  )
  return (
    <Section name="filesystems">
      <Show when={rows().size > 0 || lines().length > 0} fallback={<Absent text={t('section.none')} />}>
        <div class="chart-grid">
          <Show when={rows().size > 0}>
            <div class="panel">
              <SortTable caption={t('section.filesystems')} rows={rows()} columns={FILESYSTEM_COLUMNS} />
            </div>
          </Show>
          <Chart
            title={t('fs.chart')}
            unit="percent"
            valueAxis="percent"
            lines={lines()}
            axis={props.axis}
            source={props.group}
          />
        </div>
      </Show>
    </Section>
  )
}

const diskColumn = (
  title: string,
  unit: 'bytes_per_second' | 'per_second' | 'percent' | 'milliseconds',
  pick: (row: Disk) => number | null | undefined,
  isMinor = false,
): Column<Disk> => ({
  title,
  isNumber: true,
  isMinor,
  sort: (row) => pick(row) ?? null,
  cell: (row) => <Num unit={unit} value={row() === undefined ? null : pick(row()!)} />,
})

const DISK_COLUMNS: readonly Column<Disk>[] = [
  {
    title: t('disk.device'),
    sort: (_, key) => key,
    cell: (row, key) => (
      <span class="cell-name" title={key}>
        <span class="mono">{key}</span>
        <small>{row()?.model ?? ''}</small>
      </span>
    ),
  },
  diskColumn(t('disk.read'), 'bytes_per_second', (row) => row.read_bytes_per_s),
  diskColumn(t('disk.write'), 'bytes_per_second', (row) => row.write_bytes_per_s),
  diskColumn(t('disk.reads'), 'per_second', (row) => row.read_iops, true),
  diskColumn(t('disk.writes'), 'per_second', (row) => row.write_iops, true),
  diskColumn(t('disk.busy'), 'percent', (row) => row.util_pct),
  diskColumn(t('disk.wait'), 'milliseconds', (row) => row.await_ms, true),
]

export function DiskSection(props: SectionProps): JSX.Element {
  const rows = createMemo(() => new Map(Object.entries(props.frame()?.disk ?? {})))
  const keys = createMemo(() => keysOf(props.group.names(), 'disk.read_bytes_per_s'))
  const lines = (parts: readonly Part[]) => createMemo(() => keyedLines(props.group.names(), keys(), parts))
  const throughput = lines([
    { metric: 'disk.read_bytes_per_s', label: t('disk.read') },
    { metric: 'disk.write_bytes_per_s', label: t('disk.write'), isMirrored: true },
  ])
  const requests = lines([
    { metric: 'disk.read_iops', label: t('disk.reads') },
    { metric: 'disk.write_iops', label: t('disk.writes'), isMirrored: true },
  ])
  const busy = lines([{ metric: 'disk.util_pct', label: t('disk.busy') }])
  const wait = lines([{ metric: 'disk.await_ms', label: t('disk.wait') }])
  const shared = () => ({ axis: props.axis, source: props.group })
  return (
    <Section name="disks">
      <Show when={rows().size > 0 || keys().length > 0} fallback={<Absent text={t('section.noDisks')} />}>
        <Show when={rows().size > 0}>
          <div class="panel">
            <SortTable caption={t('section.disks')} rows={rows()} columns={DISK_COLUMNS} />
          </div>
        </Show>
        <div class="chart-grid">
          <Chart
            title={t('disk.throughput')}
            note={t('disk.mirror')}
            unit="bytes_per_second"
            valueAxis="auto"
            lines={throughput()}
            {...shared()}
          />
          <Chart
            title={t('disk.iops')}
            note={t('disk.mirror')}
            unit="per_second"
            valueAxis="auto"
            lines={requests()}
            {...shared()}
          />
          <Chart title={t('disk.busy')} unit="percent" valueAxis="percent" lines={busy()} {...shared()} />
          <Chart title={t('disk.wait')} unit="milliseconds" valueAxis="auto" lines={wait()} {...shared()} />
        </div>
      </Show>
    </Section>
  )
}
