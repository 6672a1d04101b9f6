import { SECOND } from '@lumen/model/time'
import { staleAfterMs } from '../hosts/presence.ts'

/** Older than this when it comes, a sample is history: nothing is to be done about it now. */
export function historyAfterMs(intervalMs: number): number {
  return staleAfterMs(intervalMs) + 10 * SECOND
}

/** So long without a row of it, while its host talks, a thing is gone; without its number, that is unknown. */
export function goneAfterMs(intervalMs: number): number {
  return Math.max(staleAfterMs(intervalMs), 60 * SECOND)
}
