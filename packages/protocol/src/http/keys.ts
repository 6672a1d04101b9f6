import { z } from 'zod'
import { hostNameSchema } from './hosts.ts'
import { integerText } from './integer-text.ts'
import { route } from './route.ts'

/** What a program reads with: history and /metrics, as `Authorization: Bearer lumk_…`. */
export const apiKeySchema = z.object({
  id: z.int(),
  name: z.string(),
  created_at: z.int(),
  /** To the hour; null before the first use. */
  last_used_at: z.int().nullable(),
})
export type ApiKeyWire = z.infer<typeof apiKeySchema>

export const listKeys = route({
  method: 'GET',
  path: '/api/keys',
  auth: 'session',
  summary: 'API keys: what programs read history and /metrics with',
  answer: z.object({ keys: z.array(apiKeySchema) }),
})

export const createKey = route({
  method: 'POST',
  path: '/api/keys',
  auth: 'session',
  summary: 'Make an API key; its token is answered this once',
  body: z.object({ name: hostNameSchema }),
  answer: z.object({ key: apiKeySchema, token: z.string() }),
  problems: ['key_name_taken', 'keys_full'],
})

export const deleteKey = route({
  method: 'DELETE',
  path: '/api/keys/:id',
  auth: 'session',
  summary: 'Delete an API key; it ends at once',
  params: z.object({ id: integerText() }),
  problems: ['key_unknown'],
})
