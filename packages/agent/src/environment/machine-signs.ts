import { existsSync } from 'node:fs'
import type { Roots } from '../config.ts'
import { hasHypervisorFlag } from '../procfs/cpuinfo.ts'
import type { Reads } from '../reads.ts'
import { safeLine, safeText } from './safe-text.ts'
import type { VirtKind } from './virt-kind.ts'

export const MACHINE_READS = [
  '{proc}/sys/kernel/osrelease',
  '{proc}/cpuinfo',
  '{root}/etc/pve',
  '{sys}/class/dmi/id/product_name',
  '{sys}/class/dmi/id/sys_vendor',
  '{sys}/class/dmi/id/board_vendor',
  '{sys}/class/dmi/id/bios_vendor',
  '{sys}/hypervisor/type',
] as const satisfies Reads

const VM_DMI =
  /\b(QEMU|KVM|VMware|VirtualBox|Virtual Machine|Bochs|Xen|HVM domU|Hyper-V|OpenStack|Google Compute Engine|Droplet|Amazon EC2|Parallels|Bhyve|Firecracker)\b/i

/** What a machine that is no container is, with the reason. A Proxmox node has kvm loaded and is no VM for that;
 * what counts is what its firmware and processor say. */
export function detectMachine(roots: Roots): { kind: VirtKind; because: string } {
  const { procRoot, sysRoot, rootfs } = roots
  const kernel = safeLine(`${procRoot}/sys/kernel/osrelease`) ?? ''
  if (/-pve$/.test(kernel) && existsSync(`${rootfs}/etc/pve`)) {
    const hypervisor = hypervisorSign(procRoot, sysRoot)
    const below = hypervisor === undefined ? 'on bare metal' : `itself a VM (${hypervisor})`
    return { kind: 'proxmox-node', because: `a -pve kernel and /etc/pve, ${below}` }
  }
  const hypervisor = hypervisorSign(procRoot, sysRoot)
  if (hypervisor !== undefined) return { kind: 'vm', because: hypervisor }
  if (safeText(`${procRoot}/cpuinfo`) === undefined) return { kind: 'unknown', because: 'no /proc/cpuinfo' }
  return { kind: 'none', because: 'no sign of a container or hypervisor' }
}

function hypervisorSign(procRoot: string, sysRoot: string): string | undefined {
  const dmi = ['product_name', 'sys_vendor', 'board_vendor', 'bios_vendor']
    .map((file) => safeLine(`${sysRoot}/class/dmi/id/${file}`))
    .filter((word) => word !== undefined)
    .join(' ')
  if (VM_DMI.test(dmi)) return `DMI says ${dmi}`
  const cpuinfo = safeText(`${procRoot}/cpuinfo`)
  if (cpuinfo !== undefined && hasHypervisorFlag(cpuinfo)) return 'the CPU has the hypervisor flag'
  return existsSync(`${sysRoot}/hypervisor/type`) ? '/sys/hypervisor/type is there' : undefined
}
