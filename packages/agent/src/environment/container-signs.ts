import { existsSync } from 'node:fs'
import type { Roots } from '../config.ts'
import type { Reads } from '../reads.ts'
import { safeLine, safeText } from './safe-text.ts'
import type { VirtKind } from './virt-kind.ts'

/** Of the machine, and of the place the agent runs in where that is another. */
export const SIGN_READS = [
  '{proc}/1/environ',
  '{proc}/1/cgroup',
  '{proc}/1/mountinfo',
  '{proc}/self/mountinfo',
  '{root}/run/systemd/container',
  '{root}/run/.containerenv',
  '{root}/.dockerenv',
] as const satisfies Reads

/** What says that a place is a container. */
export interface ContainerSigns {
  /** undefined: nothing says so. */
  kind: VirtKind | undefined
  because: string
  /** Files of the machine's /proc that lxcfs answers. */
  lxcfs: { stat: boolean; meminfo: boolean }
}

const LXC_GROUP = /\/lxc(?:\.payload[./]|\/)/
const DOCKER_GROUP = /\/docker(?:-[0-9a-f]{12,}\.scope|\/)/
const NO_LXCFS = { stat: false, meminfo: false }

/** Signs of the machine behind `roots`, from its process 1, its mounts and the marks engines leave. */
export function signsOf(roots: Roots, own: Roots): ContainerSigns {
  const { procRoot } = roots
  // A /proc from elsewhere with our own root: the marks in that root are our own container's.
  const rootfs = procRoot !== own.procRoot && roots.rootfs === own.rootfs ? undefined : roots.rootfs
  const mounts = safeText(`${procRoot}/1/mountinfo`) ?? safeText(`${procRoot}/self/mountinfo`) ?? ''
  const all =
    procRoot === own.procRoot ? mounts : `${mounts}\n${safeText(`${own.procRoot}/self/mountinfo`) ?? ''}`
  const lxcfs = { stat: hasLxcfsOver(all, procRoot, 'stat'), meminfo: hasLxcfsOver(all, procRoot, 'meminfo') }
  return { ...decide(procRoot, rootfs, mounts, lxcfs.stat || lxcfs.meminfo), lxcfs }
}

/** Signs of the place the agent itself runs in. */
export function ownSigns(own: Roots): ContainerSigns {
  const mounts = safeText(`${own.procRoot}/self/mountinfo`) ?? ''
  return { ...decide(own.procRoot, own.rootfs, mounts, false), lxcfs: NO_LXCFS }
}

function decide(
  procRoot: string,
  rootfs: string | undefined,
  mounts: string,
  hasLxcfs: boolean,
): Pick<ContainerSigns, 'kind' | 'because'> {
  const environ = safeText(`${procRoot}/1/environ`) ?? ''
  const fromEnviron = /(?:^|\0)container=([^\0]*)/.exec(environ)?.[1]
  const named =
    fromEnviron ?? (rootfs === undefined ? undefined : safeLine(`${rootfs}/run/systemd/container`))
  const place = fromEnviron === undefined ? '/run/systemd/container' : 'the environment of process 1'
  const cgroup = safeText(`${procRoot}/1/cgroup`) ?? ''
  const has = (mark: string) => rootfs !== undefined && existsSync(`${rootfs}${mark}`)
  if (named === 'lxc' || named === 'lxc-libvirt')
    return { kind: 'lxc', because: `container=${named} in ${place}` }
  if (named === 'podman') return { kind: 'podman', because: `container=podman in ${place}` }
  if (has('/run/.containerenv')) return { kind: 'podman', because: '/run/.containerenv is there' }
  const docker = dockerSign(named, place, has('/.dockerenv') && !isRootOnDevice(mounts), cgroup)
  if (docker !== undefined) {
    if (!hasLxcfs && !LXC_GROUP.test(cgroup)) return { kind: 'docker', because: docker }
    const lxc = hasLxcfs ? 'lxcfs is mounted over /proc' : 'its control group lies in an LXC’s'
    return { kind: 'docker-in-lxc', because: `${docker}, and ${lxc}` }
  }
  if (/\/libpod-/.test(cgroup))
    return { kind: 'podman', because: 'the control group of process 1 is Podman’s' }
  if (LXC_GROUP.test(cgroup)) return { kind: 'lxc', because: 'the control group of process 1 is an LXC’s' }
  if (hasLxcfs) return { kind: 'lxc', because: 'lxcfs is mounted over /proc' }
  if (named !== undefined && named !== '')
    return { kind: 'unknown', because: `container=${named} in ${place}` }
  return { kind: undefined, because: '' }
}

function dockerSign(
  named: string | undefined,
  place: string,
  hasMark: boolean,
  cgroup: string,
): string | undefined {
  if (named === 'docker') return `container=docker in ${place}`
  if (hasMark) return '/.dockerenv is there and / is a layered filesystem'
  return DOCKER_GROUP.test(cgroup) ? 'the control group of process 1 is Docker’s' : undefined
}

/** A host that runs lxcfs has it under /var/lib; only a container has it over its own /proc. A file alone may be
 * mounted for us: that shows in mountinfo, not in /proc/mounts. */
function hasLxcfsOver(mountinfo: string, procRoot: string, file: string): boolean {
  for (const line of mountinfo.split('\n')) {
    if (!line.includes(' - fuse.lxcfs ')) continue
    const mountPoint = line.split(' ')[4]
    if (mountPoint === `/proc/${file}` || mountPoint === `${procRoot}/${file}`) return true
  }
  return false
}

/** An image unpacked onto a disk keeps its `/.dockerenv`, but its root is a disk, not a layered filesystem. */
function isRootOnDevice(mountinfo: string): boolean {
  return /^\d+ \d+ \S+ \S+ \/ .* - \S+ \/dev\/(?!mapper\/docker)/m.test(mountinfo)
}
