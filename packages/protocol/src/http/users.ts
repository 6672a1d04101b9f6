import { z } from 'zod'
import { integerText } from './integer-text.ts'
import { route } from './route.ts'
import { passwordSchema, userNameSchema } from './session.ts'

/** Somebody who may log in. All users may do everything. */
export const userSchema = z.object({
  id: z.int(),
  username: z.string(),
  created_at: z.int(),
  /** Browsers that are logged in. */
  sessions: z.int(),
  /** When one of those was last used, to the hour; null without any. */
  last_used_at: z.int().nullable(),
})
export type UserWire = z.infer<typeof userSchema>

export const listUsers = route({
  method: 'GET',
  path: '/api/users',
  auth: 'session',
  summary: 'Who may log in',
  answer: z.object({ users: z.array(userSchema) }),
})

export const createUser = route({
  method: 'POST',
  path: '/api/users',
  auth: 'session',
  summary: 'Let somebody else log in',
  body: z.object({ username: userNameSchema, password: passwordSchema }),
  answer: z.object({ user: userSchema }),
  problems: ['user_name_taken'],
})

export const deleteUser = route({
  method: 'DELETE',
  path: '/api/users/:id',
  auth: 'session',
  summary: 'Delete a user with sessions and push devices; the last one stays',
  params: z.object({ id: integerText() }),
  problems: ['user_unknown', 'user_last'],
})
