import type { WireRow } from '@lumen/protocol/agent/frame'
import { createMemo, createSignal, type JSX, Show } from 'solid-js'
import { Chart } from '../../charts/chart.tsx'
import { Button } from '../../components/button.tsx'
import { Num } from '../../components/number.tsx'
import { t } from '../../i18n/t.ts'
import { isVirtualNic, keyedLines, keysOf, type Part } from './lines.ts'
import { Absent, Section, type SectionProps } from './section.tsx'
import { type Column, SortTable } from './sort-table.tsx'

export const NETWORK_METRICS = [
  'nic.rx_bytes_per_s',
  'nic.tx_bytes_per_s',
  'nic.rx_packets_per_s',
  'nic.tx_packets_per_s',
  'nic.errors_per_s',
  'nic.drops_per_s',
  'sensor.temp_celsius',
  'sensor.fan_rpm',
] as const

type Nic = WireRow<'nic'>

const rate = (
  title: string,
  unit: 'bytes_per_second' | 'per_second',
  pick: (row: Nic) => number | null | undefined,
  isMinor = false,
): Column<Nic> => ({
  title,
  isNumber: true,
  isMinor,
  sort: (row) => pick(row) ?? null,
  cell: (row) => <Num unit={unit} value={row() === undefined ? null : pick(row()!)} />,
})

const NIC_COLUMNS: readonly Column<Nic>[] = [
  {
    title: t('nic.name'),
    sort: (_, key) => key,
    cell: (row, key) => (
      <span class="cell-name" title={key}>
        <span class="mono">{key}</span>
        <small>{row()?.mac ?? ''}</small>
      </span>
    ),
  },
  {
    title: t('nic.state'),
    sort: (row) => row.state ?? null,
    cell: (row) => (
      <span class={`nic-state ${row()?.state === 'up' ? 'up' : ''}`}>{row()?.state ?? '–'}</span>
    ),
  },
  {
    title: t('nic.speed'),
    isMinor: true,
    sort: (row) => Number.parseFloat(row.speed ?? '') || null,
    cell: (row) => <>{row()?.speed ?? '–'}</>,
  },
  rate(t('nic.rx'), 'bytes_per_second', (row) => row.rx_bytes_per_s),
  rate(t('nic.tx'), 'bytes_per_second', (row) => row.tx_bytes_per_s),
  rate(
    t('nic.packets'),
    'per_second',
    (row) =>
      row.rx_packets_per_s == null && row.tx_packets_per_s == null
        ? null
        : (row.rx_packets_per_s ?? 0) + (row.tx_packets_per_s ?? 0),
    true,
  ),
  rate(t('nic.errors'), 'per_second', (row) => row.errors_per_s, true),
  rate(t('nic.drops'), 'per_second', (row) => row.drops_per_s, true),
]

export function NetworkSection(props: SectionProps): JSX.Element {
  const [isWhole, setWhole] = createSignal(false)
  const everyKey = createMemo(() => keysOf(props.group.names(), 'nic.rx_bytes_per_s'))
  const physical = createMemo(() => everyKey().filter((key) => !isVirtualNic(key)))
  const isShown = (key: string) => isWhole() || physical().length === 0 || !isVirtualNic(key)
  const keys = createMemo(() => everyKey().filter(isShown))
  const rows = createMemo(
    () => new Map(Object.entries(props.frame()?.nic ?? {}).filter(([key]) => isShown(key))),
  )
  const hiddenCount = () => (physical().length === 0 ? 0 : everyKey().length - physical().length)
  const lines = (parts: readonly Part[]) => createMemo(() => keyedLines(props.group.names(), keys(), parts))
  const throughput = lines([
    { metric: 'nic.rx_bytes_per_s', label: t('nic.rx') },
    { metric: 'nic.tx_bytes_per_s', label: t('nic.tx'), isMirrored: true },
  ])
  const packets = lines([
    { metric: 'nic.rx_packets_per_s', label: t('nic.rx') },
    { metric: 'nic.tx_packets_per_s', label: t('nic.tx'), isMirrored: true },
  ])
  const faults = lines([
    { metric: 'nic.errors_per_s', label: t('nic.errors') },
    { metric: 'nic.drops_per_s', label: t('nic.drops') },
  ])
  const shared = () => ({ axis: props.axis, source: props.group })
  return (
    <Section name="network">
      <Show when={rows().size > 0 || keys().length > 0} fallback={<Absent text={t('section.none')} />}>
        <Show when={rows().size > 0}>
          <div class="panel">
            <SortTable caption={t('section.network')} rows={rows()} columns={NIC_COLUMNS} />
            <Show when={hiddenCount() > 0}>
              <Button look="ghost" onClick={() => setWhole(!isWhole())}>
                {isWhole() ? t('nic.physical') : t('nic.virtual', hiddenCount())}
              </Button>
            </Show>
          </div>
        </Show>
        <div class="chart-grid thirds">
          <Chart
            title={t('nic.throughput')}
            note={t('nic.mirror')}
            unit="bytes_per_second"
            valueAxis="auto"
            lines={throughput()}
            {...shared()}
          />
          <Chart
            title={t('nic.packets')}
            note={t('nic.mirror')}
            unit="per_second"
            valueAxis="auto"
            lines={packets()}
            {...shared()}
          />
          <Chart title={t('nic.faults')} unit="per_second" valueAxis="auto" lines={faults()} {...shared()} />
        </div>
      </Show>
    </Section>
  )
}

export function SensorSection(props: SectionProps): JSX.Element {
  const lines = (metric: string, label: string) =>
    createMemo(() =>
      keyedLines(props.group.names(), keysOf(props.group.names(), metric), [{ metric, label }]),
    )
  const temperatures = lines('sensor.temp_celsius', t('sensor.temperatures'))
  const fans = lines('sensor.fan_rpm', t('sensor.fans'))
  const shared = () => ({ axis: props.axis, source: props.group })
  return (
    <Section name="sensors">
      <Show
        when={temperatures().length + fans().length > 0}
        fallback={<Absent text={t('section.noSensors')} />}
      >
        <div class="chart-grid">
          <Show when={temperatures().length > 0}>
            <Chart
              title={t('sensor.temperatures')}
              unit="celsius"
              valueAxis="near"
              lines={temperatures()}
              {...shared()}
            />
          </Show>
          <Show when={fans().length > 0}>
            <Chart title={t('sensor.fans')} unit="rpm" valueAxis="auto" lines={fans()} {...shared()} />
          </Show>
        </div>
      </Show>
    </Section>
  )
}
