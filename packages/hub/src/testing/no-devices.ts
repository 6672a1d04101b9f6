import type { PushDevices } from '../notify/channel-kind.ts'

/** Nobody asked for web push. */
export const NO_DEVICES: PushDevices = {
  list: () => [],
  forget: async () => {},
  vapid: () => {
    throw new Error('there is no key')
  },
}
