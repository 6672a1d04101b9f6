import type { Sample } from '@lumen/model/sample'
import { PERSISTED_ENTITIES } from '../persisted.ts'
import type { Directory, HostEntry, StreamLedger } from './directory.ts'
import type { MinuteDelta } from './minute-delta.ts'

const NOTHING = new Float64Array(0)

/** Adds a frame's values to its minute, and its seq to what the minute has counted. A frame without a host row
 * counts as one with an empty host row: the host table's n is the number of frames. */
export function countSample(
  directory: Directory,
  host: HostEntry,
  ledger: StreamLedger,
  delta: MinuteDelta,
  sample: Sample,
): void {
  let hasHostRow = false
  for (const { entity, key, values, maxima } of sample.rows) {
    if (!PERSISTED_ENTITIES.has(entity)) continue
    hasHostRow ||= entity === 'host'
    delta.block(entity).add(directory.series(host, entity, key, delta.minute).id, values, maxima)
  }
  if (!hasHostRow) delta.block('host').add(directory.series(host, 'host', '', delta.minute).id, NOTHING)
  delta.countSeq(ledger, sample.seq, sample.ts)
  ledger.seen.add(sample.seq)
}
