import type { Unit } from '@lumen/model/field'
import { createMemo, For, type JSX, Show } from 'solid-js'
import { Chart } from '../../charts/chart.tsx'
import type { ValueAxis } from '../../charts/ticks.ts'
import type { TimeAxis } from '../../charts/time-axis.ts'
import { IconButton } from '../../components/button.tsx'
import { Skeleton } from '../../components/skeleton.tsx'
import { t } from '../../i18n/t.ts'
import { createHistory } from './history.ts'
import { keyedLines, type Part } from './lines.ts'

/** One chart of a row: what it shows of one key. */
export interface RowChart {
  title: string
  note?: string
  unit: Unit
  valueAxis: ValueAxis
  parts: readonly Part[]
}

/** Enough buckets for a chart of a third of the page. */
const POINTS = 400

/** The history of one row of a table, below it, over the range of the page. */
export function RowCharts(props: {
  host: number
  row: string
  name: string
  charts: readonly RowChart[]
  axis: TimeAxis
  intervalMs: number
  onClose: () => void
  /** Once it is there. */
  ref?: (element: HTMLElement) => void
}): JSX.Element {
  const group = createHistory({
    host: props.host,
    metrics: props.charts.flatMap(({ parts }) => parts.map(({ metric }) => metric)),
    key: props.row,
    axis: props.axis,
    points: () => POINTS,
    intervalMs: () => props.intervalMs,
  })
  const linesOf = (chart: RowChart) => keyedLines(group.names(), [props.row], chart.parts)
  const present = createMemo(() => props.charts.filter((chart) => linesOf(chart).length > 0))
  return (
    <section
      ref={(element) => props.ref?.(element)}
      class="row-charts"
      aria-label={t('row.charts', props.name)}
    >
      <div class="row-charts-head">
        <h3>{props.name}</h3>
        <IconButton icon="close" label={t('row.close', props.name)} onClick={() => props.onClose()} />
      </div>
      <Show when={group.error()}>
        {(error) => (
          <p class="section-absent">
            {t('host.loadFailed')} {error().message}
          </p>
        )}
      </Show>
      <Show when={group.isLoaded()} fallback={<Skeleton height="276px" class="chart-skeleton" />}>
        <Show when={present().length > 0} fallback={<p class="section-absent">{t('row.none')}</p>}>
          <div class="chart-grid">
            <For each={present()}>
              {(chart) => (
                <Chart
                  title={chart.title}
                  {...(chart.note === undefined ? {} : { note: chart.note })}
                  unit={chart.unit}
                  valueAxis={chart.valueAxis}
                  lines={linesOf(chart)}
                  axis={props.axis}
                  source={group}
                  height={132}
                />
              )}
            </For>
          </div>
        </Show>
      </Show>
    </section>
  )
}
