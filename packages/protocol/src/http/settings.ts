import { z } from 'zod'
import { route } from './route.ts'

/** What an admin can change while the hub runs. */
export const settingsSchema = z.object({
  /** How often agents read and push, ms. */
  interval_ms: z.int().min(1_000).max(300_000),
})
export type Settings = z.infer<typeof settingsSchema>

export const getSettings = route({
  method: 'GET',
  path: '/api/settings',
  auth: 'session',
  summary: 'Settings in force',
  answer: settingsSchema,
})

export const putSettings = route({
  method: 'PUT',
  path: '/api/settings',
  auth: 'session',
  summary: 'Change settings; agents hear of it with their next push',
  body: settingsSchema,
  answer: settingsSchema,
})
