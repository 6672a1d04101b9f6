import { createMemo, type JSX, Show } from 'solid-js'
import { Chart } from '../../charts/chart.tsx'
import { formatText } from '../../format/unit.ts'
import { t } from '../../i18n/t.ts'
import { CoreStrip } from './core-strip.tsx'
import { hostLines, type Part } from './lines.ts'
import { Absent, Section, type SectionProps } from './section.tsx'

/** Metrics of the sections in this file. */
export const MACHINE_METRICS = [
  'host.cpu_pct',
  'host.cpu_user_pct',
  'host.cpu_system_pct',
  'host.cpu_iowait_pct',
  'host.cpu_steal_pct',
  'host.load1',
  'host.load5',
  'host.load15',
  'host.procs_total',
  'host.tcp_established',
  'host.mem_used_bytes',
  'host.mem_cached_bytes',
  'host.zfs_arc_bytes',
  'host.swap_used_bytes',
  'host.psi_cpu_some_pct',
  'host.psi_memory_some_pct',
  'host.psi_memory_full_pct',
  'host.psi_io_some_pct',
  'host.psi_io_full_pct',
] as const

export function CpuSection(props: SectionProps & { cores: number | undefined; isUp: boolean }): JSX.Element {
  const lines = (parts: readonly Part[]) => createMemo(() => hostLines(props.group.names(), parts))
  const total = lines([{ metric: 'host.cpu_pct', label: t('cpu.total') }])
  const modes = lines([
    { metric: 'host.cpu_user_pct', label: t('cpu.user') },
    { metric: 'host.cpu_system_pct', label: t('cpu.system') },
    { metric: 'host.cpu_iowait_pct', label: t('cpu.iowait') },
    { metric: 'host.cpu_steal_pct', label: t('cpu.steal') },
  ])
  return (
    <Section name="cpu">
      <div class="chart-grid">
        <Chart
          title={t('cpu.total')}
          note={props.cores === undefined ? '' : t('host.cores', props.cores)}
          unit="percent"
          valueAxis="percent"
          lines={total()}
          axis={props.axis}
          source={props.group}
        />
        <Show when={modes().length > 0}>
          <Chart
            title={t('cpu.modes')}
            unit="percent"
            valueAxis="percent"
            isStacked
            lines={modes()}
            axis={props.axis}
            source={props.group}
          />
        </Show>
      </div>
      <Show when={props.isUp && props.frame()?.core}>{(cores) => <CoreStrip cores={cores()} />}</Show>
    </Section>
  )
}

export function LoadSection(props: SectionProps & { cores: number | undefined }): JSX.Element {
  const loads = createMemo(() =>
    hostLines(props.group.names(), [
      { metric: 'host.load1', label: t('load.1') },
      { metric: 'host.load5', label: t('load.5') },
      { metric: 'host.load15', label: t('load.15') },
    ]),
  )
  const counts = createMemo(() =>
    hostLines(props.group.names(), [
      { metric: 'host.procs_total', label: t('procs.total') },
      { metric: 'host.tcp_established', label: t('procs.tcp') },
    ]),
  )
  return (
    <Section name="load">
      <div class="chart-grid">
        <Chart
          title={t('load.title')}
          note={props.cores === undefined ? '' : t('load.ofCores', props.cores)}
          unit="load"
          valueAxis="auto"
          lines={loads()}
          axis={props.axis}
          source={props.group}
        />
        <Show when={counts().length > 0}>
          <Chart
            title={t('procs.title')}
            unit="count"
            valueAxis="auto"
            lines={counts()}
            axis={props.axis}
            source={props.group}
          />
        </Show>
      </div>
    </Section>
  )
}

export function MemorySection(props: SectionProps): JSX.Element {
  const memory = createMemo(() =>
    hostLines(props.group.names(), [
      { metric: 'host.mem_used_bytes', label: t('memory.used') },
      { metric: 'host.mem_cached_bytes', label: t('memory.cached') },
      { metric: 'host.zfs_arc_bytes', label: t('memory.arc') },
    ]),
  )
  const swap = createMemo(() =>
    hostLines(props.group.names(), [{ metric: 'host.swap_used_bytes', label: t('swap.used') }]),
  )
  const total = () => props.frame()?.host?.mem_total_bytes ?? null
  const swapTotal = () => props.frame()?.host?.swap_total_bytes ?? null
  const hasSwap = () => swapTotal() !== 0 && swap().length > 0
  const of = (bytes: number | null) => (bytes === null ? '' : t('memory.of', formatText('bytes', bytes)))
  return (
    <Section name="memory">
      <div class="chart-grid">
        <Chart
          title={t('memory.title')}
          note={[of(total()), swapTotal() === 0 ? t('swap.none') : ''].filter(Boolean).join(', ')}
          unit="bytes"
          valueAxis="auto"
          limit={total()}
          lines={memory()}
          axis={props.axis}
          source={props.group}
        />
        <Show when={hasSwap()}>
          <Chart
            title={t('swap.title')}
            note={of(swapTotal())}
            unit="bytes"
            valueAxis="auto"
            limit={swapTotal()}
            lines={swap()}
            axis={props.axis}
            source={props.group}
          />
        </Show>
      </div>
    </Section>
  )
}

export function PressureSection(props: SectionProps): JSX.Element {
  const lines = (parts: readonly Part[]) => createMemo(() => hostLines(props.group.names(), parts))
  const cpu = lines([{ metric: 'host.psi_cpu_some_pct', label: t('psi.some') }])
  const memory = lines([
    { metric: 'host.psi_memory_some_pct', label: t('psi.some') },
    { metric: 'host.psi_memory_full_pct', label: t('psi.full') },
  ])
  const io = lines([
    { metric: 'host.psi_io_some_pct', label: t('psi.some') },
    { metric: 'host.psi_io_full_pct', label: t('psi.full') },
  ])
  const charts = () => [
    { title: t('psi.cpu'), lines: cpu() },
    { title: t('psi.memory'), lines: memory() },
    { title: t('psi.io'), lines: io() },
  ]
  const hasAny = () => charts().some((chart) => chart.lines.length > 0)
  return (
    <Section name="pressure">
      <Show when={hasAny()} fallback={<Absent text={t('section.noPressure')} />}>
        <p class="section-about">{t('psi.about')}</p>
        <div class="chart-grid thirds">
          <PressureChart title={t('psi.cpu')} lines={cpu()} {...props} />
          <PressureChart title={t('psi.memory')} lines={memory()} {...props} />
          <PressureChart title={t('psi.io')} lines={io()} {...props} />
        </div>
      </Show>
    </Section>
  )
}

function PressureChart(
  props: SectionProps & { title: string; lines: ReturnType<typeof hostLines> },
): JSX.Element {
  return (
    <Show when={props.lines.length > 0}>
      <Chart
        title={props.title}
        unit="percent"
        valueAxis="share"
        height={120}
        lines={props.lines}
        axis={props.axis}
        source={props.group}
      />
    </Show>
  )
}
