import type { Rehearsal } from '@lumen/protocol/http/alerts/rehearsal'
import type { AlertLevel } from '@lumen/protocol/http/alerts/rule'
import { ta } from '../../../i18n/ta.ts'
import { spanText } from '../shared/words.ts'

/** Narrower could not be seen. */
const LEAST_WIDTH = 2

export interface StripSpan {
  x: number
  width: number
}

/** A rehearsal on a line `width` wide; what is graver comes last and so lies on top. */
export function stripSpans(
  { from, to, covered, alerts }: Pick<Rehearsal, 'from' | 'to' | 'covered' | 'alerts'>,
  width: number,
): { covered: StripSpan[]; fired: (StripSpan & { level: AlertLevel })[] } {
  const place = (begin: number, end: number, least: number): StripSpan => {
    const left = ((Math.max(begin, from) - from) / (to - from)) * width
    const right = ((Math.min(end, to) - from) / (to - from)) * width
    const wide = Math.max(right - left, least)
    return { x: Math.max(0, Math.min(left, width - wide)), width: wide }
  }
  const fired = alerts.map((alert) => ({
    ...place(alert.from, alert.to ?? to, LEAST_WIDTH),
    level: alert.level,
  }))
  return {
    covered: covered.map((one) => place(one.from, one.to, 0)),
    fired: fired.sort((a, b) => Number(a.level === 'critical') - Number(b.level === 'critical')),
  }
}

/** How far the history goes and how coarse it is, as its limits. */
export function coveredText({ from, to, covered }: Pick<Rehearsal, 'from' | 'to' | 'covered'>): string {
  const known = covered.reduce((sum, one) => sum + (one.to - one.from), 0)
  if (known === 0) return ta('rehearsal.noHistory')
  const coarsest = Math.max(...covered.map(({ step_ms }) => step_ms))
  const reach =
    known >= (to - from) * 0.98
      ? ta('rehearsal.whole', spanText(to - from))
      : ta('rehearsal.part', spanText(known), spanText(to - from))
  return `${reach} ${ta('rehearsal.steps', spanText(coarsest))}`
}
