import type { TimeRange } from '@lumen/model/time'
import { MAX_SPAN_MS, REACH_MS } from '../../charts/window.ts'

export type RangeFault = 'from' | 'to' | 'order' | 'future' | 'long' | 'early'
export interface CustomRange {
  range?: TimeRange
  /** What is wrong, and with which end. */
  fault?: { field: 'from' | 'to'; what: RangeFault }
}

/** What two date-time fields ask for, read as local time. The end may lie in the minute under way. */
export function readCustomRange(from: string, to: string, now: number): CustomRange {
  const start = parseLocal(from)
  const end = parseLocal(to)
  const wrong = (field: 'from' | 'to', what: RangeFault): CustomRange => ({ fault: { field, what } })
  if (start === undefined) return wrong('from', 'from')
  if (end === undefined) return wrong('to', 'to')
  if (start >= now) return wrong('from', 'future')
  if (end > now + 60_000) return wrong('to', 'future')
  if (end <= start) return wrong('to', 'order')
  if (start < now - REACH_MS) return wrong('from', 'early')
  if (end - start > MAX_SPAN_MS) return wrong('from', 'long')
  return { range: { from: start, to: Math.min(end, now) } }
}

/** `2026-11-24T14:05` (as a date-time field has it) in local time; undefined for what is no date. */
export function parseLocal(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/.test(text)) return undefined
  const t = new Date(text).getTime()
  return Number.isNaN(t) ? undefined : t
}

/** The other way, to the minute. */
export function localText(t: number): string {
  const at = new Date(t)
  const two = (n: number) => String(n).padStart(2, '0')
  const day = `${String(at.getFullYear()).padStart(4, '0')}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`
}
