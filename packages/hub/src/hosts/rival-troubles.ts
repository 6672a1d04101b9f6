import type { HubTrouble } from '../alerting/hub-troubles.ts'
import type { RivalAgents } from './rival-agents.ts'

/** Hosts whose token two machines use, one trouble each, by the host's name. */
export function rivalTroubles(
  rivals: Pick<RivalAgents, 'hosts'>,
  nameOf: (hostId: number) => string | undefined,
): HubTrouble[] {
  return Array.from(rivals.hosts(), (hostId) => {
    const name = nameOf(hostId) ?? String(hostId)
    return {
      ...{ state: 'hub_token', key: name },
      words: `hears two machines with the token of ${name}; their readings mix: give each a host and token of its own`,
    }
  })
}
