import { DEFAULT_INTERVAL_MS } from '../config/hub-config.ts'
import type { HostRecord } from '../hosts/host-record.ts'
import { downAfterMs } from '../hosts/presence.ts'
import type { PresenceBoard } from '../hosts/presence-board.ts'
import type { Check } from './check.ts'
import type { Dependents } from './dependents.ts'
import type { Level } from './evaluate.ts'

/** How bad it is what a host's silence, or the age of its agent, says. A hub that just started has heard nobody: a host
 * is back only when something came from it in this run, and down anew only by what this run has seen.
 * @param isFiring it is known to be down */
export function presenceLevel(
  { source }: Check,
  host: HostRecord,
  parts: {
    presence: PresenceBoard
    dependents: Pick<Dependents, 'isBlind'>
    isOutdated(host: HostRecord): boolean | undefined
  },
  isFiring: boolean,
): { level: Level | undefined; words: string | null } {
  if (source.kind !== 'presence') return { level: undefined, words: null }
  if (source.state === 'agent_outdated') {
    const isOutdated = parts.isOutdated(host)
    if (isOutdated === undefined) return { level: undefined, words: null }
    const words = `has agent ${host.agentVersion ?? 'of no known version'}, older than the hub`
    return { level: isOutdated ? source.level : null, words }
  }
  if (parts.dependents.isBlind(host.id)) return { level: undefined, words: null }
  const { state, reason } = parts.presence.presence(host)
  switch (state) {
    case 'down': {
      // an agent that is updated stops for a moment: that alone takes nothing down
      if (host.kind === 'agent' && isRestarting(host, parts.presence)) {
        return { level: undefined, words: null }
      }
      const isKnown = isFiring || parts.presence.isJudged(host)
      const words = reason === null ? 'is down' : `is down: ${reason}`
      return isKnown ? { level: source.level, words } : { level: undefined, words: null }
    }
    case 'up':
      return { level: parts.presence.silentMs(host.id) !== null ? null : undefined, words: null }
    case 'stale':
      return { level: undefined, words: null }
    case 'waiting':
      return { level: null, words: null }
  }
}

function isRestarting(host: HostRecord, presence: PresenceBoard): boolean {
  const silentMs = presence.silentMs(host.id)
  return silentMs !== null && silentMs <= downAfterMs(host.intervalMs ?? DEFAULT_INTERVAL_MS)
}
