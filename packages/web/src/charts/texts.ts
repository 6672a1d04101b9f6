import type { Unit } from '@lumen/model/field'
import { durationText } from '../format/duration.ts'
import { formatText } from '../format/unit.ts'
import { t } from '../i18n/t.ts'
import type { Gap } from './merge-history.ts'
import type { LineSpec } from './picture.ts'
import { timeLabelOfMinute, timeLabelOfSecond } from './ticks.ts'

/** `No data 14:02–14:09: the agent was stopped`. */
export function gapText({ from, to, cause }: Gap): string {
  const label = to - from < 120_000 ? timeLabelOfSecond : timeLabelOfMinute
  return t('chart.gap', label(from), label(to), cause)
}

/** What the cursor meets, read out: the instant, then each line. */
export function cursorText(
  instant: string,
  unit: Unit,
  lines: readonly LineSpec[],
  values: readonly (number | null)[],
  gap: Gap | undefined,
): string {
  if (gap !== undefined) return `${instant}. ${gapText(gap)}`
  const words = lines.map(({ label }, i) => `${label} ${formatText(unit, values[i])}`)
  return `${instant}. ${words.join(', ')}`
}

/** The gaps of the window in words; nothing when there are none. */
export function chartSummary(gaps: readonly Gap[]): string {
  if (gaps.length === 0) return t('chart.noGaps')
  const total = gaps.reduce((sum, { from, to }) => sum + (to - from), 0)
  return [t('chart.gaps', gaps.length, durationText(total / 1000)), ...gaps.slice(0, 5).map(gapText)].join(
    '. ',
  )
}
