import type { Unit } from '@lumen/model/field'
import type { TimeRange } from '@lumen/model/time'
import type { Accessor } from 'solid-js'
import type { ChartData, LineSpec, Threshold } from './picture.ts'
import type { ValueAxis } from './ticks.ts'
import type { TimeAxis } from './time-axis.ts'

/** Where a chart's rows come from. `version` rises when they change; `data` is undefined before the first. */
export interface ChartSource {
  version: Accessor<number>
  data: () => ChartData | undefined
  /** What to draw: the axis' window, or for a moment the one before while its successor has nothing to show yet. */
  window: Accessor<TimeRange>
  /** What is shown belongs to another window and its successor is on the way. */
  isStale: Accessor<boolean>
  /** What alert rules compare a line with. Nothing without it. */
  thresholdsOf?: (line: string) => readonly Threshold[]
}

export interface ChartProps {
  title: string
  /** A word beside the title: what the two directions mean, what the top is. */
  note?: string
  unit: Unit
  axis: TimeAxis
  source: ChartSource
  lines: readonly LineSpec[]
  valueAxis: ValueAxis
  isStacked?: boolean
  limit?: number | null
  /** Values an alert rule compares with, drawn as dashed lines where the value axis reaches; those of the source
   * without it. */
  thresholds?: readonly Threshold[]
  height?: number
}
