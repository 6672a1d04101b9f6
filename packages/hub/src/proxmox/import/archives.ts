import { DAY, HOUR, MINUTE, SECOND } from '@lumen/model/time'
import type { RrdRow } from '../client/pve-calls.ts'

export type Timeframe = 'hour' | 'day' | 'week' | 'month' | 'year'

/** One archive of round-robin data: what is asked for, and how far apart its rows lie where it is not older. */
export interface Archive {
  timeframe: Timeframe
  stepMs: number
  /** Rows it holds at most: how far back it goes. */
  rows: number
}

/** Version 9 keeps more rows, so fewer archives say all there is. Finest first. Decades are beyond what the store keeps. */
const OF_NINE: readonly Archive[] = [
  { timeframe: 'day', stepMs: MINUTE, rows: 1_440 },
  { timeframe: 'month', stepMs: 30 * MINUTE, rows: 1_440 },
  { timeframe: 'year', stepMs: 6 * HOUR, rows: 1_440 },
]
const OF_EIGHT: readonly Archive[] = [
  { timeframe: 'hour', stepMs: MINUTE, rows: 70 },
  { timeframe: 'day', stepMs: 30 * MINUTE, rows: 70 },
  { timeframe: 'week', stepMs: 3 * HOUR, rows: 70 },
  { timeframe: 'month', stepMs: 12 * HOUR, rows: 70 },
  { timeframe: 'year', stepMs: 7 * DAY, rows: 70 },
]

export function archivesOf(majorVersion: number): readonly Archive[] {
  return majorVersion >= 9 ? OF_NINE : OF_EIGHT
}

export interface TimedRow {
  /** Where the time it is of begins, epoch ms, and how long that is. */
  at: number
  stepMs: number
  row: RrdRow
}

/** Rows of an archive that say something, each with the time it is of. After an upgrade the old rows come first at their
 * old spacing, so it is taken from their times. */
export function timedRows(rows: readonly RrdRow[], archive: Archive): TimedRow[] {
  const sorted = rows.toSorted((a, b) => a.time - b.time)
  return sorted.flatMap((row, index): TimedRow[] => {
    const next = sorted[index + 1]?.time
    const at = row.time * SECOND
    const stepMs = next === undefined ? archive.stepMs : next * SECOND - at
    return stepMs > 0 && Object.keys(row).length > 1 ? [{ at, stepMs, row }] : []
  })
}
