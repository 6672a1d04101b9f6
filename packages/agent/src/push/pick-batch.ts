import type { IntervalSet } from '@lumen/std/interval-set'
import type { RetainedFrame } from '../retain.ts'

export interface PickOptions {
  /** The hub run the last ack came from; null before the first. */
  epoch: string | null
  durable: IntervalSet
  /** Only the newest frames: the first push after an outage, so that the dashboard is live at once. */
  isLiveOnly: boolean
  /** Frames an earlier hub run took may be sent again now. */
  mayReplay: boolean
  maxFrames: number
  /** Of these, besides the newest that no hub run took. */
  maxBacklog: number
  maxBytes: number
}

/** How many of the newest frames go before any backlog. */
export const LIVE_FRAMES = 10

/** Chooses the frames of the next push: the newest that no hub run took, then what no hub has on disk, oldest
 * first, then what only refills the hub's memory. In order of their number; at least one frame when any is due. */
export function pickBatch(frames: readonly RetainedFrame[], options: PickOptions): RetainedFrame[] {
  const { epoch, durable, mayReplay, maxFrames, maxBytes } = options
  const picked = new Set<RetainedFrame>()
  let bytes = 0
  const add = (frame: RetainedFrame, most: number): boolean => {
    if (picked.has(frame)) return true
    if (picked.size >= most || (picked.size > 0 && bytes + frame.bytes > maxBytes)) return false
    picked.add(frame)
    bytes += frame.bytes
    return true
  }

  for (let i = frames.length - 1; i >= 0 && picked.size < LIVE_FRAMES; i -= 1) {
    const frame = frames[i]!
    if (frame.takenEpoch !== null || !add(frame, maxFrames)) break
  }
  const most = Math.min(maxFrames, picked.size + options.maxBacklog)
  if (!options.isLiveOnly || picked.size === 0) {
    const refill: RetainedFrame[] = []
    let isFull = false
    for (const frame of frames) {
      if (!isDue(frame, epoch, mayReplay)) continue
      if (frame.takenEpoch !== null && durable.has(frame.seq)) refill.push(frame)
      else if (!add(frame, most)) {
        isFull = true
        break
      }
    }
    if (!isFull) for (const frame of refill) if (!add(frame, most)) break
  }
  return [...picked].sort((a, b) => a.seq - b.seq)
}

function isDue(frame: RetainedFrame, epoch: string | null, mayReplay: boolean): boolean {
  return frame.takenEpoch === null || (mayReplay && frame.takenEpoch !== epoch)
}

/** True when `pickBatch` would find something with the same epoch and leave to replay. */
export function hasDue(frames: readonly RetainedFrame[], epoch: string | null, mayReplay: boolean): boolean {
  // Asked after each push of each frame in memory, hundreds: no call in it.
  for (let i = frames.length - 1; i >= 0; i -= 1) {
    const { takenEpoch } = frames[i]!
    if (takenEpoch === null || (mayReplay && takenEpoch !== epoch)) return true
  }
  return false
}
