import { z } from 'zod'
import { route } from './route.ts'

const number = z.number().optional()
const word = z.string().optional()

/** A container as its host told of it last, in catalogue units; what is unknown is left out. */
export const containerSchema = z.object({
  name: z.string(),
  /** The engine's word: running, paused, restarting, exited, created, dead. */
  state: word,
  /** healthy, unhealthy or starting; left out where nobody checks. */
  health: word,
  image: word,
  compose_project: word,
  /** As the engine writes it, RFC 3339. */
  started_at: word,
  cpu_pct: number,
  mem_used_bytes: number,
  /** Left out when unlimited. */
  mem_limit_bytes: number,
  net_rx_bytes_per_s: number,
  net_tx_bytes_per_s: number,
  restarts: number,
})
export type ContainerNow = z.infer<typeof containerSchema>

export const hostContainersSchema = z.object({
  host: z.int(),
  /** When these numbers were read, epoch ms. */
  ts: z.int(),
  containers: z.array(containerSchema),
})
export type HostContainers = z.infer<typeof hostContainersSchema>

export const listContainers = route({
  method: 'GET',
  path: '/api/containers',
  auth: 'session',
  summary: 'Containers of all hosts as of their newest readings; hosts without any are left out',
  answer: z.object({ hosts: z.array(hostContainersSchema) }),
})
