import type { Sample } from '@lumen/model/sample'
import { bucketStart, MINUTE } from '@lumen/model/time'
import type { HotTier } from '../hot/hot-tier.ts'
import { countSample } from '../pending/count-sample.ts'
import { Directory } from '../pending/directory.ts'
import { Pending } from '../pending/pending.ts'

let generation = 0

/** Flushes a host's frames into a tier that no store has open, as the store would. */
export function writeFrames(tier: HotTier, host: number, samples: readonly Sample[]): void {
  const { nextSeries, nextStream, series } = tier.contents()
  const directory = new Directory(nextSeries, nextStream)
  for (const row of series) directory.putSeries({ ...row, lastMinute: row.firstMinute, isDirty: false })
  const entry = directory.host(host)
  const ledger = directory.stream(entry, 's')
  const pending = new Pending()
  for (const sample of samples) {
    countSample(directory, entry, ledger, pending.minute(bucketStart(sample.ts, MINUTE)), sample)
  }
  const dirty = directory.allSeries().filter((each) => each.isDirty)
  tier.flush({
    at: 0,
    generation: ++generation,
    minutes: pending.deltas().map(({ minute, blocks }) => ({
      minute,
      blocks: [...blocks.values()].map((block) => block.copy()),
    })),
    series: dirty.map(({ id, host: owner, entity, key, firstMinute }) => ({
      ...{ id, host: owner, entity, key, firstMinute },
    })),
    streams: [],
    durable: [],
    events: [],
  })
}
