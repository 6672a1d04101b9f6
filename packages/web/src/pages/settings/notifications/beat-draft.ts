import { HOUR, MINUTE, SECOND } from '@lumen/model/time'
import type { HeartbeatSettings } from '@lumen/protocol/http/settings'
import { numberOf, textOf } from '../number-text.ts'

export const EVERY_UNITS = { s: SECOND, min: MINUTE, h: HOUR } as const
export type EveryUnit = keyof typeof EVERY_UNITS

/** The form as typed; no address calls nothing. */
export interface BeatDraft {
  url: string
  every: string
  unit: EveryUnit
}

export function beatDraft({ url, every_ms }: HeartbeatSettings): BeatDraft {
  const unit = every_ms % HOUR === 0 ? 'h' : every_ms % MINUTE === 0 ? 'min' : 's'
  return { url: url ?? '', every: textOf(every_ms / EVERY_UNITS[unit]), unit }
}

/** Undefined: how often is no number. Whether it is too often is the hub's to say. */
export function readBeat({ url, every, unit }: BeatDraft): HeartbeatSettings | undefined {
  const count = numberOf(every)
  if (count === undefined) return undefined
  return { url: url.trim() === '' ? null : url.trim(), every_ms: Math.round(count * EVERY_UNITS[unit]) }
}
