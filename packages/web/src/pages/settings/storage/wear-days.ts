import { bucketStart, DAY } from '@lumen/model/time'
import type { StorageAnswer } from '@lumen/protocol/http/storage'

/** What one UTC day wrote, all tiers. */
export interface WearDay {
  day: number
  hot: number
  cold: number
  bytes: number
  commits: number
  fsyncs: number
}

export interface WearSums {
  /** Bytes since the UTC day began. */
  today: number
  /** Bytes a whole day, on average; null before the first whole day. */
  average: number | null
  perHost: number | null
  commits: number | null
}

const SHOWN_DAYS = 90

/** One entry for each of the last 90 days from the first there is, oldest first; a day without a line wrote nothing. */
export function wearDays(wear: StorageAnswer['wear'], now: number): WearDay[] {
  const today = bucketStart(now, DAY)
  const known = wear.filter(({ day }) => day > today - SHOWN_DAYS * DAY && day <= today)
  if (known.length === 0) return []
  const first = Math.min(...known.map(({ day }) => day))
  const days = Array.from(
    { length: (today - first) / DAY + 1 },
    (_, i): WearDay => ({ day: first + i * DAY, hot: 0, cold: 0, bytes: 0, commits: 0, fsyncs: 0 }),
  )
  for (const { day, tier, bytes, commits, fsyncs } of known) {
    const entry = days[(bucketStart(day, DAY) - first) / DAY]
    if (entry === undefined) continue
    entry[tier === 'cold' ? 'cold' : 'hot'] += bytes
    entry.bytes += bytes
    entry.commits += commits
    entry.fsyncs += fsyncs
  }
  return days
}

/** The day under way and the first one, in part as a rule, stay out of the averages. */
export function wearSums(days: readonly WearDay[], hosts: number): WearSums {
  const whole = days.slice(1, -1)
  const mean = (of: (day: WearDay) => number) =>
    whole.length === 0 ? null : whole.reduce((sum, day) => sum + of(day), 0) / whole.length
  const average = mean(({ bytes }) => bytes)
  return {
    today: days[days.length - 1]?.bytes ?? 0,
    average,
    perHost: average === null || hosts === 0 ? null : average / hosts,
    commits: mean(({ commits }) => commits),
  }
}
