import { DAY, type TimeRange } from '@lumen/model/time'
import { durationText } from '@lumen/std/duration-text'
import type { StoredEvent } from '@lumen/tsdb/api'

/** How far an event may lie from a gap's edge and still be its cause: a few readings and a push. */
const GAP_EDGE_MS = 60_000

/** Where the events lie that `gapCauses` wants to see for gaps in `range`. Dropped frames are reported when they are
 * dropped, which in a long outage is hours after they were read. */
export function causesRange(range: TimeRange): TimeRange {
  return { from: range.from - GAP_EDGE_MS, to: range.to + DAY }
}

/** Why a host delivered nothing in a gap, from the events around it. The most telling one wins: dropped frames,
 * a reboot, a sleep, a clean stop, an update, then a start that had no stop before it, a damaged spool, and an outage that was
 * not filled (yet). Events oldest first. They are looked through once; each gap then costs its own events, and those few
 * that name a range of time. */
export function gapCauses(events: readonly StoredEvent[]): (gap: TimeRange) => string {
  const drops = events.filter(({ type }) => type === 'drop')
  const damages = events.filter(isDamage)
  const outages = events.filter(({ type }) => type === 'outage')
  return (gap) => {
    const near = events.slice(
      firstFrom(events, gap.from - GAP_EDGE_MS),
      firstFrom(events, gap.to + GAP_EDGE_MS + 1),
    )
    const drop = drops.find((event) => overlaps(event, gap))
    if (drop !== undefined) return `agent dropped frames: ${wordsOf(drop.detail.cause) ?? 'no cause given'}`
    const atEnd = (type: string) => near.find((event) => event.type === type && event.at > gap.from)
    if (atEnd('boot') !== undefined) return 'machine rebooted'
    const resume = atEnd('resume')
    if (resume !== undefined) {
      const asleepMs = resume.detail.asleep_ms
      return typeof asleepMs === 'number'
        ? `machine was suspended for ${durationText(asleepMs)}`
        : 'machine was suspended'
    }
    const stop = near.findLast(({ type, at }) => type === 'stop' && at <= gap.from + GAP_EDGE_MS)
    const isRestarted = near.some(
      ({ type, at }) => type === 'start' && at >= (stop?.at ?? 0) && at <= gap.from,
    )
    if (stop !== undefined && !isRestarted) return 'agent stopped'
    const update = near.findLast(
      ({ type, at, detail }) => type === 'update' && at > gap.from && isEnded(detail.state),
    )
    if (update !== undefined)
      return update.detail.state === 'done' ? 'agent updated itself' : 'an update of the agent did not work'
    if (atEnd('start') !== undefined) return 'agent was killed or crashed'
    if (damages.some((event) => overlaps(event, gap))) return 'part of the agent’s spool was damaged'
    const outage = outages.find((event) => overlaps(event, gap))
    if (outage === undefined) return 'no contact'
    const reason = wordsOf(outage.detail.reason)
    return reason === undefined ? 'agent could not reach the hub' : `agent could not reach the hub: ${reason}`
  }
}

/** Position of the first event at `ts` or later. */
function firstFrom(events: readonly StoredEvent[], ts: number): number {
  let low = 0
  let high = events.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (events[middle]!.at < ts) low = middle + 1
    else high = middle
  }
  return low
}

const isEnded = (state: unknown) => state === 'done' || state === 'rolled-back'

function isDamage({ type, detail }: StoredEvent): boolean {
  return type === 'spool' && detail.state === 'damaged'
}

/** An event names what it is about by `from` and `to`; without them its own time stands for both. */
function overlaps({ at, detail }: StoredEvent, gap: TimeRange): boolean {
  const from = typeof detail.from === 'number' ? detail.from : at
  const to = typeof detail.to === 'number' ? detail.to : at
  return from < gap.to && to >= gap.from
}

function wordsOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
