import { readKernelLine } from '../kernel-text.ts'
import type { Reads } from '../reads.ts'
import { coresOf, countCpus, quotaCores } from './cpuset.ts'
import type { CgroupLayout } from './layout.ts'

export const GROUP_CORES_READS = [
  '{sys}/fs/cgroup/**/cpuset.effective_cpus',
  '{sys}/fs/cgroup/**/cpuset.cpus.effective',
  '{sys}/fs/cgroup/**/cpu.cfs_quota_us',
  '{sys}/fs/cgroup/**/cpu.cfs_period_us',
  '{sys}/fs/cgroup/**/cpu.max',
] as const satisfies Reads

/** Cores a group may use: its cpuset or its quota, whichever is less; may be a fraction. undefined where neither
 * is told. Limits of groups around it do not show in its quota. */
export function groupCores(layout: CgroupLayout, group: string): number | undefined {
  const inSet = coresInSet(layout, group)
  const quota = quotaOf(layout, group)
  if (inSet === undefined || quota === undefined) return inSet ?? quota
  return Math.min(inSet, quota)
}

function coresInSet({ unified, v1 }: CgroupLayout, group: string): number | undefined {
  const text =
    (v1.cpuset === undefined ? undefined : lineOf(`${v1.cpuset}${group}/cpuset.effective_cpus`)) ??
    (unified === undefined ? undefined : lineOf(`${unified}${group}/cpuset.cpus.effective`))
  return text === undefined ? undefined : countCpus(text)
}

function quotaOf({ unified, v1 }: CgroupLayout, group: string): number | undefined {
  if (v1.cpu !== undefined) {
    const [quota, period] = ['cpu.cfs_quota_us', 'cpu.cfs_period_us'].map((file) =>
      Number(lineOf(`${v1.cpu}${group}/${file}`)),
    )
    return coresOf(quota!, period!)
  }
  const text = unified === undefined ? undefined : lineOf(`${unified}${group}/cpu.max`)
  return text === undefined ? undefined : quotaCores(text)
}

function lineOf(path: string): string | undefined {
  try {
    return readKernelLine(path)
  } catch {
    return undefined
  }
}
