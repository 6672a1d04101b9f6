import { ackSchema } from '@lumen/protocol/agent/ack'
import { MAX_FRAMES_PER_PUSH, MAX_PUSH_BYTES, pushSchema } from '@lumen/protocol/agent/push'
import {
  acknowledgeAlert,
  listActiveAlerts,
  listAlertHistory,
  unacknowledgeAlert,
} from '@lumen/protocol/http/alerts/alert'
import { rehearseRule } from '@lumen/protocol/http/alerts/rehearsal'
import { changeRule, createRule, deleteRule, listRules, previewRule } from '@lumen/protocol/http/alerts/rule'
import {
  changeMaintenance,
  createMaintenance,
  createSilence,
  deleteMaintenance,
  endSilence,
  listMaintenance,
  listSilences,
} from '@lumen/protocol/http/alerts/silence'
import { getBackups, postBackup } from '@lumen/protocol/http/backups'
import {
  changeChannel,
  createChannel,
  deleteChannel,
  listChannels,
  listDeliveries,
  retryDelivery,
  testChannel,
} from '@lumen/protocol/http/channels'
import { listContainers } from '@lumen/protocol/http/containers'
import { getHostEvents } from '@lumen/protocol/http/events'
import {
  changeHost,
  createHost,
  deleteHost,
  getHost,
  listHosts,
  rotateToken,
} from '@lumen/protocol/http/hosts'
import { getInstall } from '@lumen/protocol/http/install'
import { createKey, deleteKey, listKeys } from '@lumen/protocol/http/keys'
import { problemSchema } from '@lumen/protocol/http/problem'
import { getProxmox } from '@lumen/protocol/http/proxmox/cluster'
import {
  changeProxmox,
  createProxmox,
  deleteProxmox,
  listProxmox,
  probeProxmox,
  proxmoxCommands,
  testProxmox,
  testSavedProxmox,
} from '@lumen/protocol/http/proxmox/connections'
import {
  decideMachineLink,
  listMachineLinks,
  undoMachineLink,
} from '@lumen/protocol/http/proxmox/machine-links'
import { addPushDevice, listPushDevices, removePushDevice } from '@lumen/protocol/http/push'
import { getQuery } from '@lumen/protocol/http/query'
import { getMe, postLogin, postLogout, postPassword } from '@lumen/protocol/http/session'
import { getSettings, putSettings } from '@lumen/protocol/http/settings'
import { getSetup, postSetup } from '@lumen/protocol/http/setup'
import { forecastRetention, getStorage } from '@lumen/protocol/http/storage'
import { listTags } from '@lumen/protocol/http/tags'
import { listTroubles } from '@lumen/protocol/http/troubles'
import { createUser, deleteUser, listUsers } from '@lumen/protocol/http/users'
import {
  alertsSnapshotSchema,
  alertsUpdateSchema,
  fleetSnapshotSchema,
  fleetUpdateSchema,
  hostSnapshotSchema,
  hostUpdateSchema,
  liveErrorSchema,
} from '@lumen/protocol/live/message'
import { subscribeSchema } from '@lumen/protocol/live/subscribe'
import { z } from 'zod'
import type { AnyRoute } from './router.ts'
import { pushRoute, v1IngestRoute, v1PolicyRoute } from './routes/agent.ts'
import { downloadRoute, installScriptRoute } from './routes/downloads.ts'
import { healthRoute, readyRoute } from './routes/health.ts'
import { liveRoute } from './routes/live.ts'
import { metricsRoute } from './routes/metrics.ts'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
type JsonObject = { [key: string]: Json }

export const openApiRoute: AnyRoute = {
  method: 'GET',
  path: '/openapi.json',
  auth: 'public',
  summary: 'This document',
}

/** Every call the hub serves, in the order of the document. A test holds it to what is mounted. */
export const DOCUMENTED: readonly AnyRoute[] = [
  ...[getSetup, postSetup, postLogin, postLogout, getMe, postPassword],
  ...[listHosts, createHost, getHost, changeHost, deleteHost, rotateToken, getHostEvents, listContainers],
  ...[listTags, listRules, createRule, changeRule, deleteRule, previewRule],
  ...[listActiveAlerts, listAlertHistory, acknowledgeAlert, unacknowledgeAlert],
  ...[rehearseRule, listSilences, createSilence, endSilence],
  ...[listMaintenance, createMaintenance, changeMaintenance, deleteMaintenance],
  ...[getQuery, getSettings, putSettings, getStorage, forecastRetention, listTroubles],
  ...[getBackups, postBackup],
  ...[listUsers, createUser, deleteUser, listKeys, createKey, deleteKey],
  ...[listProxmox, createProxmox, getProxmox, changeProxmox, deleteProxmox],
  ...[listChannels, createChannel, changeChannel, deleteChannel, testChannel, listDeliveries, retryDelivery],
  ...[listPushDevices, addPushDevice, removePushDevice],
  ...[testProxmox, testSavedProxmox, probeProxmox, proxmoxCommands],
  ...[listMachineLinks, decideMachineLink, undoMachineLink],
  ...[liveRoute, pushRoute, v1IngestRoute, v1PolicyRoute],
  ...[installScriptRoute, downloadRoute, getInstall],
  ...[healthRoute, readyRoute, metricsRoute, openApiRoute],
]

/** The OpenAPI 3.1 document of the hub's HTTP interface, generated from the route declarations. Pure. */
export function openApiDocument(version: string): JsonObject {
  const paths: JsonObject = {}
  for (const route of DOCUMENTED) {
    const path = route.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = {
      ...(paths[path] as JsonObject | undefined),
      [route.method.toLowerCase()]: operation(route),
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Lumen hub',
      version,
      description:
        'Times are epoch milliseconds, ranges [from, to), missing values null. Errors are problems (RFC 9457) with a stable code.',
    },
    paths,
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'lumen_session' },
        apiKey: { type: 'http', scheme: 'bearer', description: 'lumk_ and 60 characters; reads only' },
        hostToken: { type: 'http', scheme: 'bearer', description: 'lum_ and 60 characters, one a host' },
      },
      schemas: {
        Problem: schemaOf(problemSchema),
        LiveSubscribe: schemaOf(subscribeSchema),
        LiveMessage: {
          oneOf: [
            fleetSnapshotSchema,
            fleetUpdateSchema,
            hostSnapshotSchema,
            hostUpdateSchema,
            alertsSnapshotSchema,
            alertsUpdateSchema,
            liveErrorSchema,
          ].map((schema) => schemaOf(schema)),
        },
      },
    },
  }
}

const SECURITY: Record<AnyRoute['auth'], Json[]> = {
  public: [],
  session: [{ session: [] }],
  'session-or-key': [{ session: [] }, { apiKey: [] }],
  'host-token': [{ hostToken: [] }],
}

function operation(route: AnyRoute): JsonObject {
  const codes = (route.problems ?? []).join(', ')
  const body = bodyOf(route)
  return {
    summary: route.summary,
    security: SECURITY[route.auth],
    ...(descriptionOf(route) === undefined ? {} : { description: descriptionOf(route)! }),
    parameters: [...parameters(route.params, 'path'), ...parameters(route.query, 'query')],
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: {
      ...answers(route),
      default: {
        description: codes === '' ? 'Problem' : `Problem; its own codes: ${codes}`,
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  }
}

function descriptionOf(route: AnyRoute): string | undefined {
  if (route === pushRoute) {
    return `At most ${MAX_FRAMES_PER_PUSH} frames and ${MAX_PUSH_BYTES} bytes decoded; Content-Encoding zstd or gzip. A frame that cannot be taken is named in rejected and costs the others nothing; 422 with the same members when none could be taken.`
  }
  if (route === liveRoute) {
    return 'The client sends LiveSubscribe, the hub answers each topic with a snapshot, then updates (LiveMessage). A slow reader skips updates and gets a fresh snapshot.'
  }
  return undefined
}

function bodyOf(route: AnyRoute): Json | undefined {
  if (route === pushRoute) return schemaOf(pushSchema)
  if (route === v1IngestRoute) return { type: 'object' }
  return route.body === undefined ? undefined : schemaOf(route.body)
}

function answers(route: AnyRoute): JsonObject {
  const json = (schema: Json): Json => ({
    description: 'Done',
    content: { 'application/json': { schema } },
  })
  if (route === pushRoute) return { '200': json(schemaOf(ackSchema)) }
  if (route === v1PolicyRoute) {
    return { '200': json({ type: 'object', properties: { collection_interval: { type: 'string' } } }) }
  }
  if (route === liveRoute) return { '101': { description: 'The stream is open' } }
  if (route === metricsRoute) return { '200': { description: 'Prometheus text format 0.0.4' } }
  if (route === healthRoute || route === readyRoute || route === openApiRoute) {
    return { '200': json({ type: 'object' }) }
  }
  if (route === installScriptRoute || route === downloadRoute) return { '200': { description: 'The file' } }
  if (route.answer === undefined) return { '204': { description: 'Done' } }
  return { '200': json(schemaOf(route.answer, 'output')) }
}

function parameters(schema: z.ZodType | undefined, place: 'path' | 'query'): Json[] {
  if (schema === undefined) return []
  const { properties = {}, required = [] } = schemaOf(schema, 'output') as {
    properties?: JsonObject
    required?: string[]
  }
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }))
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output' = 'input'): JsonObject {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest as JsonObject
}
