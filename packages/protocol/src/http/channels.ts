import { z } from 'zod'
import { alertLevelSchema } from './alerts/rule.ts'
import { integerText } from './integer-text.ts'
import { route } from './route.ts'

export const CHANNEL_KINDS = [
  'email',
  'ntfy',
  'gotify',
  'pushover',
  'telegram',
  'discord',
  'slack',
  'matrix',
  'teams',
  'webhook',
  'web_push',
  'apprise',
] as const
export type ChannelKind = (typeof CHANNEL_KINDS)[number]

/** A channel as it is written. `settings` and `secrets` are the kind's own, checked by its schema in the hub; of secrets
 * only whether they are set is ever answered, and one left out of a change stays as it is. */
export const channelSpecSchema = z.object({
  name: z.string().trim().min(1).max(128),
  kind: z.enum(CHANNEL_KINDS),
  is_enabled: z.boolean().default(true),
  /** Takes alerts of every rule that names no channels. */
  is_default: z.boolean().default(true),
  /** Milder ones do not come here. */
  least_level: alertLevelSchema.default('warning'),
  settings: z.record(z.string(), z.unknown()),
  secrets: z.record(z.string(), z.string().max(8_192)).default({}),
})
export type ChannelSpec = z.infer<typeof channelSpecSchema>

export const channelSchema = z.object({
  id: z.int(),
  spec: channelSpecSchema.omit({ secrets: true }),
  /** Names of the secrets that are set. */
  secrets: z.array(z.string()),
  created_at: z.int(),
  /** Where the last message went well, and why the newest attempt did not; null: it did, or there was none. */
  last_sent_at: z.int().nullable(),
  fault: z.string().nullable(),
})
export type Channel = z.infer<typeof channelSchema>

/** One field of a kind's form. */
export const channelFieldSchema = z.object({
  name: z.string(),
  kind: z.enum(['text', 'secret', 'url', 'integer', 'switch', 'choice', 'lines', 'pairs']),
  is_required: z.boolean(),
  choices: z.array(z.string()).optional(),
  default: z.unknown().optional(),
})
export type ChannelField = z.infer<typeof channelFieldSchema>

const idParams = z.object({ id: integerText() })
const problems = ['channel_invalid', 'channel_name_taken'] as const

export const listChannels = route({
  method: 'GET',
  path: '/api/channels',
  auth: 'session',
  summary: 'Channels notifications go to, and the forms of every kind',
  answer: z.object({
    channels: z.array(channelSchema),
    kinds: z.array(z.object({ kind: z.enum(CHANNEL_KINDS), fields: z.array(channelFieldSchema) })),
  }),
})
export const createChannel = route({
  method: 'POST',
  path: '/api/channels',
  auth: 'session',
  summary: 'Add a channel',
  body: channelSpecSchema,
  answer: z.object({ channel: channelSchema }),
  problems,
})
export const changeChannel = route({
  method: 'PUT',
  path: '/api/channels/:id',
  auth: 'session',
  summary: 'Replace a channel; secrets left out stay as long as its server does',
  params: idParams,
  body: channelSpecSchema,
  answer: z.object({ channel: channelSchema }),
  problems: ['channel_unknown', ...problems],
})
export const deleteChannel = route({
  method: 'DELETE',
  path: '/api/channels/:id',
  auth: 'session',
  summary: 'Delete a channel and what waits for it; refused while rules name it, unless forced',
  params: idParams,
  query: z.object({ force: z.enum(['true']).optional() }),
  problems: ['channel_unknown', 'channel_in_use'],
})
export const testChannel = route({
  method: 'POST',
  path: '/api/channels/test',
  auth: 'session',
  summary: 'Send a test message now, stored or not; secrets left out are those of the channel named',
  body: z.object({ id: z.int().nullable(), spec: channelSpecSchema }),
  answer: z.object({ is_sent: z.boolean(), fault: z.string().nullable(), took_ms: z.number() }),
  problems: ['channel_unknown', ...problems],
})

/** One message to one channel. */
export const deliverySchema = z.object({
  id: z.int(),
  channel_id: z.int(),
  channel: z.string(),
  state: z.enum(['waiting', 'sent', 'dead']),
  /** As it was sent, with the mark of its level before it. */
  title: z.string(),
  /** The gravest it tells of; `over`: ends alone. Null where the title does not say. */
  level: z.enum(['critical', 'warning', 'over']).nullable(),
  /** Alerts it tells of. */
  alert_ids: z.array(z.int()),
  attempts: z.int(),
  created_at: z.int(),
  next_at: z.int().nullable(),
  sent_at: z.int().nullable(),
  fault: z.string().nullable(),
})
export type Delivery = z.infer<typeof deliverySchema>

export const listDeliveries = route({
  method: 'GET',
  path: '/api/alerts/deliveries',
  auth: 'session',
  summary: 'Messages sent, waiting and given up, newest first; a page is 100',
  query: z.object({
    state: z.enum(['waiting', 'sent', 'dead']).optional(),
    alert: integerText().optional(),
    before: integerText().optional(),
  }),
  answer: z.object({ deliveries: z.array(deliverySchema), next: z.int().nullable() }),
})
export const retryDelivery = route({
  method: 'POST',
  path: '/api/alerts/deliveries/:id/retry',
  auth: 'session',
  summary: 'Send a message that was given up once more',
  params: idParams,
  answer: z.object({ delivery: deliverySchema }),
  problems: ['delivery_unknown', 'delivery_not_dead', 'delivery_without_channel'],
})
