import type { HostUpdate, LiveFrame, LiveMessage } from '@lumen/protocol/live/message'
import type { HubClient } from '@lumen/testkit/hub-client'
import { until } from '@lumen/testkit/until'

export interface FrameWatch extends Disposable {
  /** First-hand readings received so far, oldest first. */
  frames: LiveFrame[]
  /** When each of `frames` arrived, epoch ms. */
  arrivals: number[]
  /** Waits for `count` more frames and answers them. */
  next(count: number, withinMs: number): Promise<LiveFrame[]>
}

/** Follows one host on the live stream as the host page does. */
export function watchFrames(client: HubClient, hostId: number): FrameWatch {
  const frames: LiveFrame[] = []
  const arrivals: number[] = []
  const topic = `host:${hostId}`
  const socket = client.live([topic], (message) => {
    const update = message as LiveMessage
    if (update.type !== 'update' || update.topic !== topic) return
    for (const frame of (update as HostUpdate).frames) {
      frames.push(frame)
      arrivals.push(Date.now())
    }
  })
  return {
    frames,
    arrivals,
    async next(count, withinMs) {
      const first = frames.length
      await until(`${count} live frames of host ${hostId}`, () => frames.length >= first + count, {
        withinMs,
      })
      return frames.slice(first, first + count)
    },
    [Symbol.dispose]: () => socket.close(),
  }
}
