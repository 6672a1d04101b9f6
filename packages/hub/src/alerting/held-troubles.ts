import type { FireLimit } from './fire-limit.ts'
import type { HubTrouble } from './hub-troubles.ts'

/** Hosts whose alerts wait because they begin too many of them, one trouble each. */
export function heldTroubles(
  limit: Pick<FireLimit, 'held'>,
  hostName: (hostId: number) => string | undefined,
): HubTrouble[] {
  const byHost = new Map<number, number>()
  for (const { hostId, count } of limit.held()) byHost.set(hostId, (byHost.get(hostId) ?? 0) + count)
  return Array.from(byHost, ([hostId, count]) => {
    const name = hostName(hostId) ?? String(hostId)
    const what = count === 1 ? '1 alert' : `${count} alerts`
    return {
      ...{ state: 'hub_alerts', key: name },
      words: `holds back ${what} of ${name}, which begins more than it may`,
    }
  })
}
