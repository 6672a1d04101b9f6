import { z } from 'zod'
import { route } from './route.ts'

export const installAnswerSchema = z.object({
  /** The hub's address in the commands. */
  hub: z.string(),
  /** SHA-256 of the list of digests at /download/SHA256SUMS; null when there is nothing to install. */
  sha256: z.string().nullable(),
  builds: z.array(z.object({ name: z.string(), bytes: z.int(), sha256: z.string() })),
  /** Names of builds this hub could offer and does not have. */
  absent: z.array(z.string()),
  /** Installs or updates the agent of a Linux machine, run there as root; null when no build for Linux is here. */
  commands: z.object({ curl: z.string(), wget: z.string() }).nullable(),
})
export type InstallAnswer = z.infer<typeof installAnswerSchema>

export const getInstall = route({
  method: 'GET',
  path: '/api/install',
  auth: 'session',
  summary: 'Commands that install or update an agent, and the builds they download',
  answer: installAnswerSchema,
})
