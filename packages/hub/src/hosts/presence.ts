import { MINUTE, SECOND } from '@lumen/model/time'
import type { HOST_STATES } from '@lumen/protocol/http/hosts'
import { durationText } from '@lumen/std/duration-text'

export type HostState = (typeof HOST_STATES)[number]

export interface Presence {
  state: HostState
  /** In words; null when there is nothing to explain. */
  reason: string | null
}

export interface Contact {
  intervalMs: number
  /** Since anything came from it in this run of the hub; null when nothing has. */
  silentMs: number | null
  /** How long this run of the hub is. */
  hubUpMs: number
  /** How long it had been silent when the previous run of the hub ended; null when it never delivered. */
  silentBeforeMs: number | null
  /** Its agent's last word was a clean stop. */
  isStopped: boolean
}

/** After a hub start agents may still be waiting out a long back-off; silence counts as down only beyond it. */
const RESTART_GRACE_MS = 3 * MINUTE

/** Late by a few readings. */
export function staleAfterMs(intervalMs: number): number {
  return Math.max(3 * intervalMs, 15 * SECOND)
}

/** Silent for so long that something is wrong. */
export function downAfterMs(intervalMs: number): number {
  return Math.max(12 * intervalMs, 60 * SECOND)
}

/** Whether this run of the hub knows enough to say anew that a host is down. What an earlier run left on the disk may be a
 * minute old: a host that came back in that minute would be called down once more. */
export function isJudged({ intervalMs, silentMs, hubUpMs, isStopped }: Contact): boolean {
  return silentMs !== null || isStopped || hubUpMs > Math.max(downAfterMs(intervalMs), RESTART_GRACE_MS)
}

/** What state a host is in. A hub that just started has heard nobody: silence counts from its start, except for
 * hosts that were silent for long before it ended. */
export function presenceOf(contact: Contact): Presence {
  const { intervalMs, silentMs, hubUpMs, silentBeforeMs } = contact
  if (silentMs === null && silentBeforeMs === null)
    return { state: 'waiting', reason: 'no push received yet' }
  if (contact.isStopped) return { state: 'down', reason: 'agent stopped' }
  const stale = staleAfterMs(intervalMs)
  const down = downAfterMs(intervalMs)
  if (silentMs !== null) {
    if (silentMs <= stale) return { state: 'up', reason: null }
    return {
      state: silentMs <= down ? 'stale' : 'down',
      reason: `no contact for ${durationText(silentMs)}`,
    }
  }
  if ((silentBeforeMs ?? 0) > down) {
    return { state: 'down', reason: `no contact for ${durationText((silentBeforeMs ?? 0) + hubUpMs)}` }
  }
  if (hubUpMs <= stale)
    return { state: 'up', reason: `hub restarted ${durationText(hubUpMs)} ago, waiting for its next push` }
  if (hubUpMs <= Math.max(down, RESTART_GRACE_MS)) {
    return { state: 'stale', reason: `hub restarted ${durationText(hubUpMs)} ago, waiting for its next push` }
  }
  return { state: 'down', reason: `no contact since the hub started ${durationText(hubUpMs)} ago` }
}
