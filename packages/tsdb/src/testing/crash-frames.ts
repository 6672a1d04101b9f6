import type { Sample } from '@lumen/model/sample'
import { bucketStart, DAY, MINUTE } from '@lumen/model/time'
import { rowOf, sampleOf, T0 } from './samples.ts'

export const CRASH_HOSTS = [1, 2, 3]
export const CRASH_MINUTES = 5
/** Three of the minutes are before midnight. */
export const CRASH_FROM = bucketStart(T0, DAY) + DAY - 3 * MINUTE
export const framesPerMinute = 12
/** The shortest there is: nothing outlives its day in either tier. */
export const CRASH_RETENTION = { coldMs: DAY }

/** The frame a host reads as number `seq`: always the same, so it can be sent again. */
export function frameOf(host: number, seq: number): Sample {
  const ts = CRASH_FROM + (seq * MINUTE) / framesPerMinute
  const rows = [rowOf('disk', 'sda', { read_iops: seq, ...(seq % 3 === 0 ? { await_ms: host } : {}) })]
  return sampleOf(seq, ts, (host * 7 + seq) % 100, rows)
}
