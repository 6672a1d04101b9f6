import { z } from 'zod'
import { MIN_PASSWORD_LENGTH } from './password-length.ts'
import { route } from './route.ts'

export const userNameSchema = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._@-]*$/, 'letters, digits and . _ @ - only, starting with a letter or digit')
export const passwordSchema = z
  .string()
  .min(MIN_PASSWORD_LENGTH, `at least ${MIN_PASSWORD_LENGTH} characters`)
  .max(512)

export const meSchema = z.object({
  username: z.string(),
  /** The hub's version, epoch and clock, so that a page can tell a new hub and a wrong clock. */
  hub: z.object({ version: z.string(), epoch: z.string(), time: z.int() }),
})
export type Me = z.infer<typeof meSchema>

export const postLogin = route({
  method: 'POST',
  path: '/api/login',
  auth: 'public',
  summary: 'Log in; sets the session cookie',
  body: z.object({ username: z.string().max(256), password: z.string().max(512) }),
  answer: meSchema,
  problems: ['login_failed', 'too_many_attempts'],
})

export const postLogout = route({
  method: 'POST',
  path: '/api/logout',
  auth: 'session',
  summary: 'End this session',
})

export const getMe = route({
  method: 'GET',
  path: '/api/me',
  auth: 'session',
  summary: 'Who is logged in',
  answer: meSchema,
})

export const postPassword = route({
  method: 'POST',
  path: '/api/me/password',
  auth: 'session',
  summary: 'Change the password; every other session of this user ends',
  body: z.object({ current: z.string().max(512), password: passwordSchema }),
  problems: ['login_failed', 'too_many_attempts'],
})
