import { coresOf, countCpus, quotaCores } from '../cgroup/cpuset.ts'
import type { CgroupLayout } from '../cgroup/layout.ts'
import type { Roots } from '../config.ts'
import { parseStat } from '../procfs/stat.ts'
import type { Environment } from './environment.ts'
import { safeLine, safeText } from './safe-text.ts'

/** Cores the machine may use: those of the kernel, or of its own group (its cpuset and its quota), whichever are
 * fewer; may be a fraction. A limit on a hidden parent shows only in lxcfs' list of CPUs. undefined where nothing
 * tells. */
export function allowedCores(
  { procRoot }: Pick<Roots, 'procRoot'>,
  { ownGroup, cgroup, isStatOwn }: Pick<Environment, 'ownGroup' | 'cgroup' | 'isStatOwn'>,
): number | undefined {
  const listed = listedCores(procRoot)
  if (ownGroup === undefined) return listed
  const inSet = coresInSet(cgroup, ownGroup)
  const known = [inSet, quotaOf(cgroup, ownGroup), isStatOwn || inSet === undefined ? listed : undefined]
  const least = Math.min(...known.filter((cores) => cores !== undefined))
  return Number.isFinite(least) && least > 0 ? least : undefined
}

function listedCores(procRoot: string): number | undefined {
  try {
    const count = parseStat(safeText(`${procRoot}/stat`) ?? '').cores.size
    return count > 0 ? count : undefined
  } catch {
    return undefined
  }
}

function coresInSet({ unified, v1 }: CgroupLayout, group: string): number | undefined {
  const text =
    (v1.cpuset === undefined ? undefined : safeLine(`${v1.cpuset}${group}/cpuset.effective_cpus`)) ??
    (unified === undefined ? undefined : safeLine(`${unified}${group}/cpuset.cpus.effective`))
  return text === undefined ? undefined : countCpus(text)
}

function quotaOf({ unified, v1 }: CgroupLayout, group: string): number | undefined {
  if (v1.cpu !== undefined) {
    const [quota, period] = ['cpu.cfs_quota_us', 'cpu.cfs_period_us'].map((file) =>
      Number(safeLine(`${v1.cpu}${group}/${file}`)),
    )
    return coresOf(quota!, period!)
  }
  const text = unified === undefined ? undefined : safeText(`${unified}${group}/cpu.max`)
  return text === undefined ? undefined : quotaCores(text)
}
