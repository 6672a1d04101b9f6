import type {
  acknowledgeAlert,
  listActiveAlerts,
  listAlertHistory,
  unacknowledgeAlert,
} from '@lumen/protocol/http/alerts/alert'
import type { rehearseRule } from '@lumen/protocol/http/alerts/rehearsal'
import type {
  changeRule,
  createRule,
  deleteRule,
  listRules,
  previewRule,
} from '@lumen/protocol/http/alerts/rule'
import type {
  changeMaintenance,
  createMaintenance,
  createSilence,
  deleteMaintenance,
  endSilence,
  listMaintenance,
  listSilences,
} from '@lumen/protocol/http/alerts/silence'
import type {
  changeChannel,
  createChannel,
  deleteChannel,
  listChannels,
  listDeliveries,
  retryDelivery,
  testChannel,
} from '@lumen/protocol/http/channels'
import type { listTags } from '@lumen/protocol/http/tags'
import { declare } from './calls.ts'

/** Calls of the alert pages, apart from the others so that the first load goes without them. */
export const alertCalls = {
  listActiveAlerts: declare<typeof listActiveAlerts>('GET', '/api/alerts/active'),
  listAlertHistory: declare<typeof listAlertHistory>('GET', '/api/alerts/history'),
  acknowledgeAlert: declare<typeof acknowledgeAlert>('POST', '/api/alerts/:id/ack'),
  unacknowledgeAlert: declare<typeof unacknowledgeAlert>('DELETE', '/api/alerts/:id/ack'),
  listRules: declare<typeof listRules>('GET', '/api/alerts/rules'),
  createRule: declare<typeof createRule>('POST', '/api/alerts/rules'),
  changeRule: declare<typeof changeRule>('PUT', '/api/alerts/rules/:id'),
  deleteRule: declare<typeof deleteRule>('DELETE', '/api/alerts/rules/:id'),
  previewRule: declare<typeof previewRule>('POST', '/api/alerts/rules/preview'),
  rehearseRule: declare<typeof rehearseRule>('POST', '/api/alerts/rules/rehearse'),
  listSilences: declare<typeof listSilences>('GET', '/api/alerts/silences'),
  createSilence: declare<typeof createSilence>('POST', '/api/alerts/silences'),
  endSilence: declare<typeof endSilence>('DELETE', '/api/alerts/silences/:id'),
  listMaintenance: declare<typeof listMaintenance>('GET', '/api/alerts/maintenance'),
  createMaintenance: declare<typeof createMaintenance>('POST', '/api/alerts/maintenance'),
  changeMaintenance: declare<typeof changeMaintenance>('PUT', '/api/alerts/maintenance/:id'),
  deleteMaintenance: declare<typeof deleteMaintenance>('DELETE', '/api/alerts/maintenance/:id'),
  listChannels: declare<typeof listChannels>('GET', '/api/channels'),
  createChannel: declare<typeof createChannel>('POST', '/api/channels'),
  changeChannel: declare<typeof changeChannel>('PUT', '/api/channels/:id'),
  deleteChannel: declare<typeof deleteChannel>('DELETE', '/api/channels/:id'),
  testChannel: declare<typeof testChannel>('POST', '/api/channels/test'),
  listDeliveries: declare<typeof listDeliveries>('GET', '/api/alerts/deliveries'),
  retryDelivery: declare<typeof retryDelivery>('POST', '/api/alerts/deliveries/:id/retry'),
  listTags: declare<typeof listTags>('GET', '/api/tags'),
}
