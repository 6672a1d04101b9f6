import { HOUR, MINUTE } from '@lumen/model/time'
import { errorMessage } from '@lumen/std/error'
import type { Log } from '@lumen/std/log'
import type { Tsdb } from '@lumen/tsdb/api'
import type { HostRegistry } from './host-registry.ts'
import type { PresenceBoard } from './presence-board.ts'

/** After a start, asks the event ledger which agents had been stopped before, so that a machine switched off on
 * purpose keeps saying so. Runs behind the start; nothing waits for it. */
export async function recallStops(parts: {
  registry: HostRegistry
  presence: PresenceBoard
  tsdb: Tsdb
  log: Log
}): Promise<void> {
  const { registry, presence, tsdb, log } = parts
  try {
    for (const [hostId, lastSample] of tsdb.lastSampleTimes()) {
      if (registry.get(hostId) === undefined) continue
      const range = { from: lastSample - HOUR, to: lastSample + HOUR }
      const last = (await tsdb.events(hostId, range))
        .filter(({ type }) => type === 'stop' || type === 'start')
        .at(-1)
      if (last?.type === 'stop' && last.at >= lastSample - MINUTE) presence.recallStop(hostId)
    }
  } catch (fault) {
    log.warn('earlier stops not recalled', { fault: errorMessage(fault) })
  }
}
