import type { Instant } from '../push/instant.ts'

/** An instant as it can be written down: on the hub's clock, or, before contact, by what this machine's own clocks
 * said. The uptime is good for the rest of the boot and does not step; the wall clock is the resort after a reboot. */
export type Moment = { ts: number } | { uptimeMs: number | null; wallMs: number }

/** This machine's clocks at one instant. */
export interface Clocks {
  steady: number
  uptimeMs: number | null
  wallMs: number
}

export function toMoment(instant: Instant, now: Clocks): Moment {
  if ('ts' in instant) return { ts: Math.round(instant.ts) }
  const ageMs = now.steady - instant.steady
  return {
    uptimeMs: now.uptimeMs === null ? null : Math.round(now.uptimeMs - ageMs),
    wallMs: Math.round(now.wallMs - ageMs),
  }
}

/** Back to an instant of this run; never one that is still to come.
 * @param isSameBoot whether it was written in the boot that is still on */
export function toInstant(moment: Moment, now: Clocks, isSameBoot: boolean): Instant {
  if ('ts' in moment) return moment
  const byUptime = isSameBoot && moment.uptimeMs !== null && now.uptimeMs !== null
  const ageMs = byUptime ? now.uptimeMs! - moment.uptimeMs! : now.wallMs - moment.wallMs
  return { steady: now.steady - Math.max(0, ageMs) }
}

/** `1790000000000`, or `@UPTIME/WALL` before contact. */
export function momentText(moment: Moment): string {
  return 'ts' in moment ? String(moment.ts) : `@${moment.uptimeMs ?? ''}/${moment.wallMs}`
}

export function parseMoment(text: string): Moment | undefined {
  if (/^\d{1,15}$/.test(text)) return { ts: Number(text) }
  const [, uptime, wall] = /^@(-?\d{1,15})?\/(-?\d{1,15})$/.exec(text) ?? []
  if (wall === undefined) return undefined
  return { uptimeMs: uptime === undefined ? null : Number(uptime), wallMs: Number(wall) }
}
