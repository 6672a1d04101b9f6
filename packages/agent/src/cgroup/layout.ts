import { existsSync } from 'node:fs'
import { readKernelText } from '../kernel-text.ts'
import type { Reads } from '../reads.ts'

/** Controllers whose files are read. */
export type Controller = 'cpu' | 'cpuacct' | 'memory' | 'blkio' | 'pids' | 'cpuset'

/** Where the control groups of a machine are mounted. Folders end without a slash. */
export interface CgroupLayout {
  /** `hybrid`: controllers on v1, and a v2 hierarchy beside them that only counts. */
  version: 'v1' | 'v2' | 'hybrid' | 'none'
  /** The v2 hierarchy. */
  unified: string | undefined
  /** v1 hierarchies by controller. */
  v1: Readonly<Partial<Record<Controller, string>>>
  /** The hierarchy to look for groups in. */
  walk: string | undefined
}

/** What is looked for to know how groups are laid out, and whether the machine is one itself. */
export const LAYOUT_READS = [
  '{sys}/fs/cgroup/*',
  '{sys}/fs/cgroup/unified/cgroup.controllers',
] as const satisfies Reads

/** Folder names each controller is found under: distributions mount cpu and cpuacct together. */
const V1_NAMES: Readonly<Record<Controller, readonly string[]>> = {
  cpu: ['cpu', 'cpu,cpuacct', 'cpuacct,cpu'],
  cpuacct: ['cpuacct', 'cpu,cpuacct', 'cpuacct,cpu'],
  memory: ['memory'],
  blkio: ['blkio'],
  pids: ['pids'],
  cpuset: ['cpuset'],
}

/** How `<sys>/fs/cgroup` is laid out (Linux Documentation/admin-guide/cgroup-v2 and cgroup-v1; cgroups(7)).
 * Version `none` where nothing is mounted or may be read. Cost: about ten calls of access(2). */
export function readCgroupLayout(sysRoot: string): CgroupLayout {
  const root = `${sysRoot}/fs/cgroup`
  if (existsSync(`${root}/cgroup.controllers`)) return { version: 'v2', unified: root, v1: {}, walk: root }
  const v1: Partial<Record<Controller, string>> = {}
  for (const [controller, names] of Object.entries(V1_NAMES) as [Controller, readonly string[]][]) {
    const name = names.find((candidate) => existsSync(`${root}/${candidate}`))
    if (name !== undefined) v1[controller] = `${root}/${name}`
  }
  const hasUnified = existsSync(`${root}/unified/cgroup.controllers`)
  const unified = hasUnified ? `${root}/unified` : undefined
  const walk = v1.memory ?? v1.cpuacct ?? v1.pids ?? v1.blkio ?? unified
  const isEmpty = Object.keys(v1).length === 0
  const version = walk === undefined ? 'none' : isEmpty ? 'v2' : hasUnified ? 'hybrid' : 'v1'
  return { version, unified, v1, walk }
}

/** Paths of a process in each hierarchy, from `/proc/<pid>/cgroup` (cgroups(7)): v2 under the empty name. */
export function parseProcCgroup(text: string): ReadonlyMap<string, string> {
  const paths = new Map<string, string>()
  for (const line of text.split('\n')) {
    const match = /^\d+:([^:]*):(\/.*)$/.exec(line)
    if (match === null) continue
    for (const name of match[1]!.split(',')) paths.set(name, match[2]!)
  }
  return paths
}

/** True when the folder is a group with numbers of its own, not the root of everything: only those count memory
 * on v2. */
export function isOwnGroup(layout: CgroupLayout, path: string): boolean {
  if (layout.v1.memory !== undefined)
    return readKernelText(`${layout.v1.memory}${path}/memory.stat`) !== undefined
  return layout.unified !== undefined && existsSync(`${layout.unified}${path}/memory.current`)
}
