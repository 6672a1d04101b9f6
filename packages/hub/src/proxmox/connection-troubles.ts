import type { HubTrouble } from '../alerting/hub-troubles.ts'
import type { ConnectionWatch } from './poller/connection-watch.ts'

/** What is wrong with a connection as such, in words that go on after “Hub”.
 * @param hasHosts hosts of it are there to be called down where nobody answers: that is told once */
export function connectionTroubles(
  { connection: { name, kind }, trouble, server }: Pick<ConnectionWatch, 'connection' | 'trouble' | 'server'>,
  hasHosts: boolean,
): HubTrouble[] {
  const what = `${kind === 'pve' ? 'Proxmox' : 'backup server'} ${name}`
  const ofServer = server?.troubles() ?? []
  const found: HubTrouble[] = ofServer.map(({ about, words }) => ({
    state: 'hub_backup_server',
    key: `${name}: ${about}`,
    words: `hears from ${what}: ${words}`,
  }))
  if (trouble === null) return found
  if (trouble.kind === 'certificate') {
    const { address, why, shown } = trouble.certificate
    const which = shown === null ? '' : ` (SHA-256 ${shown.fingerprint})`
    found.push({
      ...{ state: 'hub_certificate', key: name },
      words: `was shown another certificate by ${what}: ${address} ${why}${which}; nothing is asked until somebody confirms it`,
    })
  } else if (trouble.kind === 'blind' || !hasHosts) {
    found.push({ state: 'hub_proxmox', key: name, words: `cannot read ${what}: ${trouble.words}` })
  }
  return found
}
