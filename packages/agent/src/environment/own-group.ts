import { existsSync, readdirSync } from 'node:fs'
import { type CgroupLayout, isOwnGroup, parseProcCgroup } from '../cgroup/layout.ts'
import type { Roots } from '../config.ts'
import type { Reads } from '../reads.ts'
import { safeText } from './safe-text.ts'
import type { VirtKind } from './virt-kind.ts'

/** In an LXC: which control group is the whole of it. */
export const OWN_GROUP_READS = [
  '{proc}/1/cgroup',
  '{sys}/fs/cgroup/**/memory.stat',
  '{sys}/fs/cgroup/**/memory.current',
] as const satisfies Reads

/** Groups an init system or LXC itself makes inside the container's own. */
const INNER = /(?:\/(?:init\.scope|\.lxc|ns|system\.slice\/.*))+$/

/** Path of the control group that is the whole LXC, below the hierarchies of `layout`; '' is their root. undefined
 * where it is not mounted, or what is mounted is another group. */
export function findOwnGroup(roots: Roots, layout: CgroupLayout, kind: VirtKind): string | undefined {
  if (layout.walk === undefined) return undefined
  const paths = parseProcCgroup(safeText(`${roots.procRoot}/1/cgroup`) ?? '')
  const reported = paths.get('memory') ?? paths.get('cpuacct') ?? paths.get('') ?? '/'
  // Seen from a namespace of our own, a path that climbs out of it says nothing.
  const path = reported.includes('/..') ? '' : reported.replace(INNER, '').replace(/\/$/, '')
  if (path !== '' && existsSync(`${layout.walk}${path}`)) return isUsable(layout, path) ? path : undefined
  if (!isUsable(layout, '')) return undefined
  // In Docker, /sys/fs/cgroup is Docker's own group unless the LXC's was mounted over it.
  if (kind === 'docker-in-lxc' && !hasGroupsOfInit(layout.walk)) return undefined
  return ''
}

function isUsable(layout: CgroupLayout, path: string): boolean {
  try {
    return isOwnGroup(layout, path)
  } catch {
    return false
  }
}

/** A whole machine's group holds the groups of its init system and of the engine. */
function hasGroupsOfInit(folder: string): boolean {
  try {
    return readdirSync(folder).some((name) => /^(init\.scope|system\.slice|docker|\.lxc)$/.test(name))
  } catch {
    return false
  }
}
