import { createMemo, type JSX, Show } from 'solid-js'
import { Chart } from '../../charts/chart.tsx'
import type { TimeAxis } from '../../charts/time-axis.ts'
import { Skeleton } from '../../components/skeleton.tsx'
import { t } from '../../i18n/t.ts'
import type { HistoryGroup } from './history.ts'
import { keyedLines } from './lines.ts'
import { Section } from './section.tsx'

const PARTS = [
  { metric: 'host.net_rx_bytes_per_s', label: t('nic.rx') },
  { metric: 'host.net_tx_bytes_per_s', label: t('nic.tx'), isMirrored: true },
] as const

/** What went through a machine as a whole: of its interfaces Proxmox tells nothing. */
export default function PolledNetwork(props: {
  axis: TimeAxis
  historyOf: (metrics: readonly string[]) => HistoryGroup
}): JSX.Element {
  const group = props.historyOf(PARTS.map(({ metric }) => metric))
  const lines = createMemo(() => keyedLines(group.names(), [''], PARTS))
  return (
    <Section name="network">
      <Show when={group.isLoaded()} fallback={<Skeleton height="276px" class="chart-skeleton" />}>
        <div class="chart-grid">
          <Chart
            title={t('nic.throughput')}
            note={t('nic.mirror')}
            unit="bytes_per_second"
            valueAxis="auto"
            lines={lines()}
            axis={props.axis}
            source={group}
          />
        </div>
      </Show>
    </Section>
  )
}
