import type { Unit } from '@lumen/model/field'
import { findMetric } from '@lumen/model/metric'
import type { Alert } from '@lumen/protocol/http/alerts/alert'
import type { RuleSpec } from '@lumen/protocol/http/alerts/rule'
import { createMemo, createSignal, type JSX, Show } from 'solid-js'
import { Chart } from '../../../charts/chart.tsx'
import { createTimeAxis } from '../../../charts/time-axis.ts'
import type { View } from '../../../charts/window.ts'
import { Skeleton } from '../../../components/skeleton.tsx'
import { ta } from '../../../i18n/ta.ts'
import { hubNow } from '../../../live/live.ts'
import { createHistory } from '../../host/history.ts'
import { keyedLines } from '../../host/lines.ts'
import { limitText } from '../shared/quantity.ts'
import { thresholdsOn } from '../shared/thresholds.ts'
import { metricText } from '../shared/words.ts'
import { viewAround } from './view-around.ts'

const HEIGHT = 150
const POINTS = 500

/** The metric around an alert, with the values its rule compares with as dashed lines. Give it an alert that has a metric
 * and a host. */
export default function AlertChart(props: { alert: Alert; spec: RuleSpec | undefined }): JSX.Element {
  // An alert's host, metric and key never change; a page makes another chart for another alert.
  const { alert } = props
  const metric = alert.metric!
  const [view, setView] = createSignal<View>(viewAround(alert, hubNow()))
  const marks = () => marksOf(props.alert)
  const axis = createTimeAxis({ view, onView: setView, now: hubNow, marks })
  const group = createHistory({
    host: alert.host_id!,
    metrics: [metric],
    ...(alert.key === '' ? {} : { key: alert.key }),
    axis,
    points: () => POINTS,
    intervalMs: () => 5_000,
  })
  const unit: Unit = findMetric(metric)?.spec.unit ?? 'count'
  const lines = createMemo(() =>
    keyedLines(group.names(), [alert.key], [{ metric, label: metricText(metric) }], () => metricText(metric)),
  )
  const thresholds = createMemo(() =>
    props.spec === undefined ? [] : thresholdsOn(props.spec, alert.host_id),
  )
  const note = () =>
    thresholds()
      .map(({ level, value }) => `${ta(`level.${level}`)} ${limitText(unit, value)}`)
      .join(', ')
  return (
    <Show when={group.isLoaded()} fallback={<ChartPlace error={group.error()?.message} />}>
      <Chart
        title={metricText(metric)}
        note={note()}
        unit={unit}
        valueAxis={unit === 'percent' ? 'percent' : 'auto'}
        limit={thresholds().at(-1)?.value ?? null}
        thresholds={thresholds()}
        height={HEIGHT}
        lines={lines()}
        axis={axis}
        source={group}
      />
    </Show>
  )
}

function ChartPlace(props: { error: string | undefined }): JSX.Element {
  return (
    <Show when={props.error} fallback={<Skeleton height={`${HEIGHT + 98}px`} />}>
      <p class="alert-note">{ta('chart.failed', props.error ?? '')}</p>
    </Show>
  )
}

/** What changed before it, then the alert's own moments. */
function marksOf(alert: Alert) {
  const own = [
    { at: alert.pending_at, text: ta('chart.began'), isTrouble: true },
    ...(alert.fired_at === null ? [] : [{ at: alert.fired_at, text: ta('chart.fired'), isTrouble: true }]),
    ...(alert.resolved_at === null
      ? []
      : [{ at: alert.resolved_at, text: ta('chart.ended'), isTrouble: false }]),
  ]
  const changes = alert.changes.map(({ at, text }) => ({ at, text, isTrouble: false }))
  return [...changes, ...own].sort((a, b) => a.at - b.at)
}
