import { z } from 'zod'
import { route } from './route.ts'

export const listTags = route({
  method: 'GET',
  path: '/api/tags',
  auth: 'session',
  summary: 'Tags hosts have, with how many have each',
  answer: z.object({ tags: z.array(z.object({ tag: z.string(), hosts: z.int() })) }),
})
