import type { addPushDevice, listPushDevices, removePushDevice } from '@lumen/protocol/http/push'
import { declare } from './calls.ts'

/** Calls about browsers that are told by web push. */
export const pushCalls = {
  listPushDevices: declare<typeof listPushDevices>('GET', '/api/push'),
  addPushDevice: declare<typeof addPushDevice>('POST', '/api/push'),
  removePushDevice: declare<typeof removePushDevice>('DELETE', '/api/push/:id'),
}
