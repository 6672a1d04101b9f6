import { existsSync } from 'node:fs'
import type { Roots } from '../config.ts'
import { readKernelLine, readKernelText } from '../kernel-text.ts'
import { hasHypervisorFlag } from '../procfs/cpuinfo.ts'

/** Where the agent finds itself, one of VIRT_KINDS of the protocol, and what decided it. */
export interface Virt {
  kind: 'none' | 'vm' | 'lxc' | 'docker' | 'docker-in-lxc' | 'podman' | 'proxmox-node' | 'unknown'
  because: string
}

const VM_DMI =
  /\b(QEMU|KVM|VMware|VirtualBox|Virtual Machine|Bochs|Xen|HVM domU|Hyper-V|OpenStack|Google Compute Engine|Droplet|Amazon EC2|Parallels|Bhyve|Firecracker)\b/i

/** Looks at the machine behind `procRoot`, `sysRoot` and `rootfs`. Containers first, since one inside a VM sees
 * the VM's hardware; a Proxmox node runs guests itself and is still bare metal, or a VM when nested. */
export function detectVirt(roots: Roots): Virt {
  return detectContainer(roots) ?? detectMachine(roots)
}

function detectContainer({ procRoot, rootfs }: Roots): Virt | undefined {
  const environ = safeText(`${procRoot}/1/environ`)
  const named =
    /(?:^|\0)container=([^\0]*)/.exec(environ ?? '')?.[1] ?? readKernelLine(`${rootfs}/run/systemd/container`)
  const cgroup = safeText(`${procRoot}/1/cgroup`) ?? ''
  const mounts = safeText(`${procRoot}/1/mountinfo`) ?? safeText(`${procRoot}/self/mountinfo`) ?? ''
  // A host that runs lxcfs has it under /var/lib; only a container has it over its own /proc.
  const hasLxcfs = /^\d+ \d+ \S+ \S+ \/proc\/\S+ .*- fuse\.lxcfs /m.test(mounts)
  const cgroupKind =
    /\/(?:docker|docker-[0-9a-f]{12,})[/.-]|\/docker\/|\/lxc(?:\.payload[./]|\/)|\/libpod-/.exec(cgroup)?.[0]
  const lxcCgroup = cgroupKind?.startsWith('/lxc') ?? false
  if (named === 'lxc' || named === 'lxc-libvirt')
    return { kind: 'lxc', because: 'container=lxc of process 1' }
  if (named === 'podman' || existsSync(`${rootfs}/run/.containerenv`)) {
    return { kind: 'podman', because: 'container=podman of process 1, or /run/.containerenv' }
  }
  const isDocker =
    named === 'docker' ||
    (existsSync(`${rootfs}/.dockerenv`) && !isRootOnDevice(mounts)) ||
    (cgroupKind !== undefined && !lxcCgroup && /docker/.test(cgroupKind))
  if (isDocker && (hasLxcfs || /\/lxc(?:\.payload[./]|\/)/.test(cgroup))) {
    return { kind: 'docker-in-lxc', because: '/.dockerenv or a docker cgroup, and lxcfs or an lxc cgroup' }
  }
  if (isDocker) return { kind: 'docker', because: '/.dockerenv or the cgroup of process 1' }
  if (lxcCgroup || hasLxcfs) return { kind: 'lxc', because: 'the cgroup of process 1, or lxcfs mounts' }
  if (named !== undefined && named !== '') return { kind: 'unknown', because: `container=${named}` }
  return undefined
}

/** An image unpacked onto a disk keeps its `/.dockerenv`, but its root is a disk, not a layered filesystem. */
function isRootOnDevice(mountinfo: string): boolean {
  return /^\d+ \d+ \S+ \S+ \/ .* - \S+ \/dev\/(?!mapper\/docker)/m.test(mountinfo)
}

function detectMachine({ procRoot, sysRoot, rootfs }: Roots): Virt {
  const kernel = readKernelLine(`${procRoot}/sys/kernel/osrelease`) ?? ''
  if (/-pve$/.test(kernel) && existsSync(`${rootfs}/etc/pve`)) {
    return { kind: 'proxmox-node', because: 'a -pve kernel and /etc/pve' }
  }
  const dmi = ['product_name', 'sys_vendor', 'board_vendor', 'bios_vendor']
    .map((file) => safeText(`${sysRoot}/class/dmi/id/${file}`)?.trim())
    .filter((word) => word !== undefined)
    .join(' ')
  if (VM_DMI.test(dmi)) return { kind: 'vm', because: `DMI says ${dmi}` }
  const cpuinfo = safeText(`${procRoot}/cpuinfo`)
  if (cpuinfo !== undefined && hasHypervisorFlag(cpuinfo)) {
    return { kind: 'vm', because: 'the CPU has the hypervisor flag' }
  }
  if (existsSync(`${sysRoot}/hypervisor/type`)) return { kind: 'vm', because: '/sys/hypervisor/type' }
  if (cpuinfo === undefined) return { kind: 'unknown', because: 'no /proc/cpuinfo' }
  return { kind: 'none', because: 'no sign of a container or hypervisor' }
}

function safeText(path: string): string | undefined {
  try {
    return readKernelText(path)
  } catch {
    return undefined
  }
}
