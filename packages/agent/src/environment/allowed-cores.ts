import { GROUP_CORES_READS, groupCores } from '../cgroup/group-cores.ts'
import type { Roots } from '../config.ts'
import { parseStat } from '../procfs/stat.ts'
import type { Reads } from '../reads.ts'
import type { Environment } from './environment.ts'
import { safeText } from './safe-text.ts'

export const ALLOWED_CORES_READS = ['{proc}/stat', ...GROUP_CORES_READS] as const satisfies Reads

/** Cores the machine may use: those of the kernel, or of its own group (its cpuset and its quota), whichever are
 * fewer; may be a fraction. A limit on a hidden parent shows only in lxcfs' list of CPUs. undefined where nothing
 * tells. */
export function allowedCores(
  { procRoot }: Pick<Roots, 'procRoot'>,
  { ownGroup, cgroup, isStatOwn }: Pick<Environment, 'ownGroup' | 'cgroup' | 'isStatOwn'>,
): number | undefined {
  const listed = listedCores(procRoot)
  if (ownGroup === undefined) return listed
  const inGroup = groupCores(cgroup, ownGroup)
  if (inGroup === undefined || listed === undefined) return inGroup ?? listed
  return isStatOwn ? Math.min(inGroup, listed) : inGroup
}

function listedCores(procRoot: string): number | undefined {
  try {
    const count = parseStat(safeText(`${procRoot}/stat`) ?? '').cores.size
    return count > 0 ? count : undefined
  } catch {
    return undefined
  }
}
