import { type CgroupLayout, LAYOUT_READS, readCgroupLayout } from '../cgroup/layout.ts'
import { OWN_ROOTS, type Roots } from '../config.ts'
import { ownSigns, SIGN_READS, signsOf } from './container-signs.ts'
import { detectMachine, MACHINE_READS } from './machine-signs.ts'
import { findOwnGroup, OWN_GROUP_READS } from './own-group.ts'
import type { VirtKind } from './virt-kind.ts'

/** Looked at once, at the start, to know where the machine's numbers come from. */
export const ENVIRONMENT_READS = [
  ...LAYOUT_READS,
  ...SIGN_READS,
  ...MACHINE_READS,
  ...OWN_GROUP_READS,
] as const

/** Where the agent finds itself, and what follows for where its numbers come from. */
export interface Environment {
  /** What the machine is whose numbers are read. */
  kind: VirtKind
  /** The container the agent itself runs in, when that is not the machine it reads. */
  agentIn: 'docker' | 'podman' | undefined
  /** What decided it, one sentence each. */
  reasons: readonly string[]
  cgroup: CgroupLayout
  /** Path of the machine's own control group where it shares a kernel with others (LXC, Docker in LXC): CPU,
   * memory, pressure and disk traffic are that group's. undefined: the whole kernel is the machine's. */
  ownGroup: string | undefined
  /** lxcfs answers `<proc>/stat` and `<proc>/meminfo` for this machine. */
  isStatOwn: boolean
  isMeminfoOwn: boolean
}

/** Looks at the machine behind `roots` and at where the agent itself runs (`own`). Containers come first, since one
 * inside a VM sees the VM's hardware; a Proxmox node runs guests itself and is still bare metal, or a VM when nested.
 * Never throws. Cost: about 20 small files, once. */
export function detectEnvironment(roots: Roots, own: Roots = OWN_ROOTS): Environment {
  const cgroup = readCgroupLayout(roots.sysRoot)
  const signs = signsOf(roots, own)
  const isElsewhere = roots.procRoot !== own.procRoot
  const agent = isElsewhere ? ownSigns(own) : undefined
  const agentIn = agent?.kind === 'docker' || agent?.kind === 'podman' ? agent.kind : undefined
  const hasLxcfs = signs.lxcfs.meminfo || signs.lxcfs.stat
  const { kind: machine, because } = signs.kind === undefined ? detectMachine(roots) : signs
  const isDockerInLxc = signs.kind === 'docker-in-lxc' || (signs.kind === 'lxc' && agentIn !== undefined)
  const kind: VirtKind = isDockerInLxc ? 'docker-in-lxc' : (machine ?? 'unknown')
  const reasons = [
    `${kind}: ${because}`,
    ...(agentIn === undefined ? [] : [`the agent runs in ${agentIn}: ${agent!.because}`]),
    `cgroup ${cgroup.version === 'none' ? 'not readable' : cgroup.version}`,
  ]
  const isShared = kind === 'lxc' || kind === 'docker-in-lxc'
  const ownGroup = isShared ? findOwnGroup(roots, cgroup, kind) : undefined
  if (isShared)
    reasons.push(groupReason(ownGroup), hasLxcfs ? 'lxcfs is mounted over /proc' : 'no lxcfs over /proc')
  return {
    kind,
    agentIn,
    reasons,
    cgroup,
    ownGroup,
    isStatOwn: !isShared || (kind === 'lxc' && signs.lxcfs.stat),
    isMeminfoOwn: !isShared || (kind === 'lxc' && signs.lxcfs.meminfo),
  }
}

function groupReason(ownGroup: string | undefined): string {
  if (ownGroup === undefined)
    return 'the control group of this LXC is not visible: CPU and memory are unknown'
  return `CPU and memory from the control group ${ownGroup === '' ? '/' : ownGroup}`
}
