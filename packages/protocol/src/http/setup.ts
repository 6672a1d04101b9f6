import { z } from 'zod'
import { route } from './route.ts'
import { meSchema, passwordSchema, userNameSchema } from './session.ts'

export const getSetup = route({
  method: 'GET',
  path: '/api/setup',
  auth: 'public',
  summary: 'What a page asks first: whether the first admin still has to be made, and who is logged in',
  answer: z.object({ needed: z.boolean(), me: meSchema.nullable() }),
})

export const postSetup = route({
  method: 'POST',
  path: '/api/setup',
  auth: 'public',
  summary: 'Make the first admin with the code from the hub’s log; logs in',
  body: z.object({ code: z.string().min(1).max(64), username: userNameSchema, password: passwordSchema }),
  answer: meSchema,
  problems: ['setup_done', 'setup_code_wrong', 'too_many_attempts'],
})
