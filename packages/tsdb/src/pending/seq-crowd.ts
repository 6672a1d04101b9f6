import type { DurableRanges } from './durable-ranges.ts'

/** Ranges that are remembered of one host: some 8 MB. An honest agent's streams have a handful; of an older agent, whose
 * frames have no successors, it is two days at 5 s. */
export const MOST_RANGES = 40_000
/** What a stream weighs besides its ranges. */
const STREAM_WEIGHT = 10
/** How much stays once it is too much, so that not every round has something to do. */
const KEPT_SHARE = 0.9

/** Before when a host's seqs must be forgotten for there are too many, epoch ms; 0 when there are not. The oldest go. Pure.
 * @param streams what is remembered of each */
export function crowdedBefore(streams: readonly DurableRanges[]): number {
  const weight = streams.reduce((sum, { ranges }) => sum + STREAM_WEIGHT + ranges.length, 0)
  if (weight <= MOST_RANGES) return 0
  const held = streams.flatMap(({ ranges, newestTs }) => [
    { ts: newestTs, weight: STREAM_WEIGHT },
    ...ranges.map((range) => ({ ts: range.newestTs, weight: 1 })),
  ])
  held.sort((a, b) => b.ts - a.ts)
  let room = MOST_RANGES * KEPT_SHARE
  for (const each of held) {
    room -= each.weight
    if (room < 0) return each.ts + 1
  }
  return 0
}
