import { MINUTE } from '@lumen/model/time'
import { T0 } from '../testing/samples.ts'
import { tierContract } from '../tier.contract.ts'
import { RamTier } from './ram-tier.ts'

tierContract('RAM tier', () => {
  const tier = new RamTier(15 * MINUTE)
  return {
    tier,
    write: (host, samples) => {
      for (const sample of samples) tier.append(host, 's', sample, T0 + 5 * MINUTE)
    },
    [Symbol.dispose]() {},
  }
})
