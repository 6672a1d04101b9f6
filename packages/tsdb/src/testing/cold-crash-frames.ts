import type { Sample } from '@lumen/model/sample'
import { MINUTE } from '@lumen/model/time'
import { D0, dayFrame, dayFrames } from './cold-days.ts'

export const COLD_HOSTS = [1, 2, 3]
/** Deleted on the way. */
export const GONE_HOST = 1

/** What cold-crash-child.ts has done last. */
export type ColdStep = 'sent' | 'sent-late' | 'deleted' | 'expired'

export function coldFrames(host: number): Sample[] {
  return dayFrames(host, 2)
}

/** Of both days, some in buckets that have values already. */
export function lateFrames(host: number): Sample[] {
  return Array.from({ length: 20 }, (_, index) => {
    const frame = dayFrame(host, index * 4)
    return { ...frame, seq: 1_000 + index, ts: D0 + index * 4 * 30 * MINUTE + (index % 2) * 7 * MINUTE + 500 }
  })
}
