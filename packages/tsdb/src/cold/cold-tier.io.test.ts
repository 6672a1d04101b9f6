import { HotTier } from '../hot/hot-tier.ts'
import { scratchDir } from '../testing/samples.ts'
import { sealDay } from '../testing/seal-day.ts'
import { writeFrames } from '../testing/write-frames.ts'
import { tierContract } from '../tier.contract.ts'
import { COLD_STEP_MS } from './cold-series.ts'

tierContract(
  'cold tier',
  () => {
    const scratch = scratchDir()
    const hot = new HotTier({ dir: scratch.dir })
    return {
      tier: {
        read: (query) => hot.cold.read(query),
        deleteHost: (host) => hot.deleteHost(host),
      },
      // Each batch makes files of its own: as late data does.
      write: (host, samples) => {
        writeFrames(hot, host, samples)
        for (const { entity, days } of hot.hotDays()) {
          for (const day of days) sealDay(scratch.dir, hot, entity, day)
        }
      },
      [Symbol.dispose]() {
        hot.close()
        scratch.remove()
      },
    }
  },
  COLD_STEP_MS,
)
