import { limitOf } from '../cgroup/flat-keyed.ts'
import { amountOf, objectOf, wordOf } from './json.ts'

/** What only the answer about a single container tells. Its environment variables are in there too: they are not
 * looked at. */
export interface InspectedContainer {
  restarts: number | undefined
  /** As the engine writes it, RFC 3339. */
  startedAt: string | undefined
  /** Of its first process, in the engine's own process namespace. */
  pid: number | undefined
  memoryLimitBytes: number | undefined
  health: string | undefined
}

/** `GET /containers/{id}/json` (Docker Engine API v1.41, Podman 4); undefined when it is no such answer. */
export function parseInspect(value: unknown): InspectedContainer | undefined {
  const container = objectOf(value)
  const state = objectOf(container?.State)
  if (container === undefined || state === undefined) return undefined
  const pid = amountOf(state.Pid)
  const started = wordOf(state.StartedAt)
  const limit = amountOf(objectOf(container.HostConfig)?.Memory)
  const health = wordOf(objectOf(state.Health)?.Status)
  return {
    restarts: amountOf(container.RestartCount),
    // The year 1 is Go's "never".
    startedAt: started?.startsWith('0001-') ? undefined : started?.slice(0, 64),
    pid: pid === 0 ? undefined : pid,
    memoryLimitBytes: limit === undefined || limit === 0 ? undefined : limitOf(limit),
    health: health === 'none' ? undefined : health?.slice(0, 64),
  }
}
