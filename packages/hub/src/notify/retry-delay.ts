import { HOUR, SECOND } from '@lumen/model/time'

export interface RetryLimits {
  firstMs: number
  longestMs: number
}

export const RETRY: RetryLimits = { firstMs: 15 * SECOND, longestMs: HOUR }
/** With the delays below, about a day. */
export const MOST_ATTEMPTS = 40

/** Milliseconds until the next attempt: twice as long each time, from 15 s to an hour, between three quarters and all of
 * it; never sooner than the service asked for, up to an hour. @param attempts made so far @param random 0..1 */
export function retryDelayMs(
  attempts: number,
  random: number,
  retryAfterMs = 0,
  { firstMs, longestMs }: RetryLimits = RETRY,
): number {
  const ceiling = Math.min(longestMs, firstMs * 2 ** Math.min(attempts - 1, 30))
  const own = ceiling * (0.75 + random / 4)
  return Math.round(Math.max(own, Math.min(retryAfterMs, longestMs)))
}

/** Retry-After (RFC 9110 10.2.3), seconds or a date, as milliseconds from `now`; undefined when there is none that
 * makes sense. Fractions of seconds, which some services send, count. */
export function retryAfterMsOf(header: string | null, now: number): number | undefined {
  if (header === null) return undefined
  const value = header.trim()
  if (/^\d+(\.\d+)?$/.test(value)) return Math.ceil(Number(value) * SECOND)
  // a date has a name of a day in it; Date.parse alone takes nearly anything
  const at = /^[A-Za-z]{3,9},? /.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(at) ? undefined : Math.max(0, at - now)
}
