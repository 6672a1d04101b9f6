import { HOUR } from '@lumen/model/time'
import { errorMessage } from '@lumen/std/error'
import type { Log } from '@lumen/std/log'
import type { Tsdb } from '@lumen/tsdb/api'
import type { AlertRecord } from './alert-record.ts'
import { changeWords } from './change-words.ts'
import type { AlertEngine } from './engine.ts'

const MOST_CHANGES = 20

/** Adds to an alert what changed on its host in the hour before it fired, the newest of it. The store reads the ledger in a
 * thread of its own. */
export async function noteChanges(
  record: AlertRecord,
  { engine, tsdb, log }: { engine: AlertEngine; tsdb: Tsdb; log: Log },
): Promise<void> {
  if (record.hostId === null || record.firedAt === null) return
  const firedAt = engine.clock.toWall(record.firedAt)
  try {
    const events = await tsdb.events(record.hostId, { from: firedAt - HOUR, to: firedAt + 1 })
    const changes = events.flatMap((event) => {
      const text = changeWords(event)
      return text === null ? [] : [{ at: engine.clock.fromWall(event.at), text }]
    })
    if (changes.length > 0) engine.noteChanges(record, changes.slice(-MOST_CHANGES))
  } catch (fault) {
    log.warn('what changed before an alert not read', { fault: errorMessage(fault) })
  }
}
