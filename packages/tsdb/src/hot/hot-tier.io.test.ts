import { scratchDir } from '../testing/samples.ts'
import { writeFrames } from '../testing/write-frames.ts'
import { tierContract } from '../tier.contract.ts'
import { HotTier } from './hot-tier.ts'

tierContract('hot tier', () => {
  const scratch = scratchDir()
  const tier = new HotTier({ dir: scratch.dir })
  return {
    tier,
    write: (host, samples) => writeFrames(tier, host, samples),
    [Symbol.dispose]() {
      tier.close()
      scratch.remove()
    },
  }
})
