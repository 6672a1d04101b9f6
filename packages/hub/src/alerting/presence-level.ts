import type { HostRecord } from '../hosts/host-record.ts'
import type { PresenceBoard } from '../hosts/presence-board.ts'
import type { Check } from './check.ts'
import type { Dependents } from './dependents.ts'
import type { Level } from './evaluate.ts'

/** How bad it is what a host's silence, or the age of its agent, says. A hub that just started has heard nobody: a host
 * is back only when something came from it in this run. */
export function presenceLevel(
  { source }: Check,
  host: HostRecord,
  parts: {
    presence: PresenceBoard
    dependents: Pick<Dependents, 'isBlind'>
    isOutdated(host: HostRecord): boolean | undefined
  },
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
    case 'down':
      return { level: source.level, words: reason === null ? 'is down' : `is down: ${reason}` }
    case 'up':
      return { level: parts.presence.isHeard(host.id) ? null : undefined, words: null }
    case 'stale':
      return { level: undefined, words: null }
    case 'waiting':
      return { level: null, words: null }
  }
}
