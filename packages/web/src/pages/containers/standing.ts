import type { ContainerNow } from '@lumen/protocol/http/containers'

/** How a container is, in one word. unknown: its host is not heard from, or told nothing of it. */
export const STANDINGS = [
  'unhealthy',
  'restarting',
  'dead',
  'starting',
  'running',
  'paused',
  'stopped',
  'unknown',
] as const
export type Standing = (typeof STANDINGS)[number]

/** What the page filters by. */
export const GROUPS = ['trouble', 'running', 'paused', 'stopped', 'unknown'] as const
export type Group = (typeof GROUPS)[number]

const GROUP_OF: Record<Standing, Group> = {
  unhealthy: 'trouble',
  restarting: 'trouble',
  dead: 'trouble',
  starting: 'running',
  running: 'running',
  paused: 'paused',
  stopped: 'stopped',
  unknown: 'unknown',
}

export const groupOf = (standing: Standing): Group => GROUP_OF[standing]

/** A container without a word of an engine runs when something of it is measured: its control group is there. */
export function standingOf(
  { state, health, cpu_pct, mem_used_bytes }: Partial<ContainerNow>,
  isHeard: boolean,
): Standing {
  if (!isHeard) return 'unknown'
  switch (state) {
    case 'running':
      return health === 'unhealthy' ? 'unhealthy' : health === 'starting' ? 'starting' : 'running'
    case 'restarting':
      return 'restarting'
    case 'dead':
      return 'dead'
    case 'paused':
      return 'paused'
    case undefined:
      return cpu_pct !== undefined || mem_used_bytes !== undefined ? 'running' : 'unknown'
    default:
      return 'stopped'
  }
}

/** Used of the limit, per cent; null without a limit. */
export function memoryShare({ mem_used_bytes, mem_limit_bytes }: Partial<ContainerNow>): number | null {
  if (mem_used_bytes === undefined || mem_limit_bytes === undefined || mem_limit_bytes <= 0) return null
  return (100 * mem_used_bytes) / mem_limit_bytes
}

/** Without the registry everybody uses and the digest nobody reads: `docker.io/library/nginx:1.27@sha256:…` is
 * `nginx:1.27`. */
export function shortImage(image: string): string {
  return image.replace(/@sha256:[0-9a-f]+$/, '').replace(/^docker\.io\/(library\/)?/, '')
}

/** Seconds since it started, as long as it runs. */
export function runningSince({ state, started_at }: Partial<ContainerNow>): number | null {
  if (started_at === undefined || state !== 'running') return null
  const at = Date.parse(started_at)
  return Number.isNaN(at) || at <= 0 ? null : at
}
