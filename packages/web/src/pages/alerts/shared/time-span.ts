import { numberOf, textOf } from '../../settings/number-text.ts'

/** Units a span of time is typed in. */
export const SPAN_UNITS = { s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const
export type SpanUnit = keyof typeof SPAN_UNITS
export const SPAN_UNIT_NAMES = Object.keys(SPAN_UNITS) as SpanUnit[]

/** A span as typed. */
export interface SpanDraft {
  text: string
  unit: SpanUnit
}

/** In the largest unit that says it in whole numbers; nothing is `0 min`. */
export function spanDraft(ms: number): SpanDraft {
  if (ms === 0) return { text: '0', unit: 'min' }
  const unit = SPAN_UNIT_NAMES.findLast((name) => ms % SPAN_UNITS[name] === 0) ?? 's'
  return { text: textOf(ms / SPAN_UNITS[unit]), unit }
}

/** Whole ms; undefined for what is no number. */
export function readSpan({ text, unit }: SpanDraft): number | undefined {
  const value = numberOf(text)
  return value === undefined ? undefined : Math.round(value * SPAN_UNITS[unit])
}
