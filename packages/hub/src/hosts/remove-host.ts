import { errorMessage } from '@lumen/std/error'
import type { Log } from '@lumen/std/log'
import type { Tsdb } from '@lumen/tsdb/api'
import type { HostRecord } from './host-record.ts'
import type { HostRegistry } from './host-registry.ts'
import type { ProfileKeeper } from './profile-keeper.ts'

type Parts = { registry: HostRegistry; profiles: ProfileKeeper; tsdb: Tsdb; log: Log }

/** Deletes a host, its token and its history. The token ends first, so nothing new can come in; history that a
 * crash leaves behind goes at the next start (`removeOrphans`). */
export function removeHostWithHistory(parts: Parts): (host: HostRecord) => Promise<void> {
  const { registry, profiles, tsdb, log } = parts
  removeOrphans(parts)
  return async (host) => {
    profiles.forget(host)
    await registry.remove(host)
    try {
      await tsdb.deleteHost(host.id)
    } catch (fault) {
      log.error('history of a deleted host stays until the next start', {
        host: host.id,
        fault: errorMessage(fault),
      })
    }
  }
}

/** History without a host: deleted while no hub ran, or a crash came between. */
function removeOrphans({ registry, tsdb, log }: Parts): void {
  for (const hostId of tsdb.lastSampleTimes().keys()) {
    if (registry.get(hostId) !== undefined) continue
    tsdb.deleteHost(hostId).then(
      () => log.info('removed history without a host', { host: hostId }),
      (fault) => log.error('history without a host stays', { host: hostId, fault: errorMessage(fault) }),
    )
  }
}
