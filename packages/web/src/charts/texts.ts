import type { Unit } from '@lumen/model/field'
import { MINUTE } from '@lumen/model/time'
import { durationText } from '../format/duration.ts'
import { formatText } from '../format/unit.ts'
import { t } from '../i18n/t.ts'
import type { MarkSpot } from './mark-layer.ts'
import type { Gap } from './merge-history.ts'
import type { LineSpec, Threshold } from './picture.ts'
import { sinceLabel, spanLabel, timeLabelOfMinute, timeLabelOfSecond } from './time-labels.ts'

/** `No data 14:02–14:09: the agent was stopped`, with the days where they are not today. */
export function gapText({ from, to, cause }: Gap, now: number): string {
  const isToday = new Date(from).toDateString() === new Date(now).toDateString()
  const label = to - from < 2 * MINUTE ? timeLabelOfSecond : timeLabelOfMinute
  return t('chart.gap', isToday ? `${label(from)}–${label(to)}` : spanLabel({ from, to }, now), cause)
}

/** What the cursor meets, read out: the instant, then each line. */
export function cursorText(
  instant: string,
  unit: Unit,
  lines: readonly LineSpec[],
  values: readonly (number | null)[],
  gap: Gap | undefined,
  now: number,
  spot?: MarkSpot,
): string {
  const happened = spot === undefined ? '' : `. ${spotText(spot)}`
  if (gap !== undefined) return `${instant}. ${gapText(gap, now)}${happened}`
  const words = lines.map(({ label }, i) => `${label} ${formatText(unit, values[i])}`)
  return `${instant}. ${words.join(', ')}${happened}`
}

/** What happened at a spot of the time axis. */
export function spotText({ marks }: MarkSpot): string {
  const { text } = marks[marks.length - 1]!
  return marks.length === 1 ? text : t('events.several', marks.length, text)
}

/** The gaps of the window in words; nothing when there are none. */
export function chartSummary(gaps: readonly Gap[], now: number): string {
  if (gaps.length === 0) return t('chart.noGaps')
  const total = gaps.reduce((sum, { from, to }) => sum + (to - from), 0)
  return [
    t('chart.gaps', gaps.length, durationText(total / 1000)),
    ...gaps.slice(0, 5).map((gap) => gapText(gap, now)),
  ].join('. ')
}

/** The values alert rules compare with, in words; nothing when there are none. */
export function thresholdText(unit: Unit, thresholds: readonly Threshold[]): string {
  if (thresholds.length === 0) return ''
  return t('chart.thresholds', thresholds.map(({ value }) => formatText(unit, value)).join(', '))
}

/** What a chart shows of what there is: `5 min averages · since 3 Nov`. */
export function scopeText(stepMs: number, begin: number | undefined, now: number): string {
  const step = durationText(stepMs / 1000)
  const words = stepMs < MINUTE ? t('chart.every', step) : t('chart.averages', step)
  return begin === undefined ? words : `${words} · ${t('chart.since', sinceLabel(begin, stepMs, now))}`
}
