import { lowerBound } from '../../charts/series-buffer.ts'
import type { TimeAxis } from '../../charts/time-axis.ts'
import type { HistoryGroup } from './history.ts'

/** Nothing was read in the window, and there are no charts from before that could show their gaps. */
export function isEmptyWindow(group: HistoryGroup, axis: TimeAxis): boolean {
  group.version()
  const data = group.data()
  const { from, to } = axis.window()
  if (data === undefined || group.window() !== axis.window() || group.isStale()) return false
  const { t: starts } = data.buffer
  if (lowerBound(starts, to) > lowerBound(starts, from - data.stepMs + 1)) return false
  return group.names().length === 0 || gapsIn(group, axis).length === 0
}

/** Silences that touch the window. */
export function gapsIn(group: HistoryGroup, axis: TimeAxis) {
  const { from, to } = axis.window()
  return (group.data()?.gaps ?? []).filter((gap) => gap.to > from && gap.from < to)
}
