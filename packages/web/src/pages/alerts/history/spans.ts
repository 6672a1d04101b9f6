import { DAY, HOUR } from '@lumen/model/time'

export const SPANS = ['all', '24h', '7d', '30d', '90d'] as const
export type Span = (typeof SPANS)[number]

const MS: Record<Exclude<Span, 'all'>, number> = {
  '24h': 24 * HOUR,
  '7d': 7 * DAY,
  '30d': 30 * DAY,
  '90d': 90 * DAY,
}

/** The range a span asks for; to the hour, so that asking twice asks for the same. */
export function spanRange(span: Span, now: number): { from?: number } {
  return span === 'all' ? {} : { from: Math.floor((now - MS[span]) / HOUR) * HOUR }
}
