import { bucketStart, MINUTE } from '@lumen/model/time'
import { countSample } from '../pending/count-sample.ts'
import { Directory } from '../pending/directory.ts'
import { Pending } from '../pending/pending.ts'
import { scratchDir } from '../testing/samples.ts'
import { tierContract } from '../tier.contract.ts'
import { HotTier } from './hot-tier.ts'

tierContract('hot tier', () => {
  const scratch = scratchDir()
  const tier = new HotTier({ dir: scratch.dir })
  let directory = new Directory(1, 1)
  let generation = 0
  return {
    tier,
    write: (host, samples) => {
      const { nextSeries, nextStream, series } = tier.contents()
      directory = new Directory(nextSeries, nextStream)
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
          id,
          host: owner,
          entity,
          key,
          firstMinute,
        })),
        streams: [],
        durable: [],
        events: [],
      })
    },
    [Symbol.dispose]() {
      tier.close()
      scratch.remove()
    },
  }
})
