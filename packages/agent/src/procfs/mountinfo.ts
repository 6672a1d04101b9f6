import { ParseError } from '../parse-error.ts'

export interface Mount {
  /** `major:minor` of the filesystem. */
  deviceNumber: string
  /** The folder of the filesystem that is mounted here; `/` unless it is a bind mount or subvolume. */
  root: string
  mountPoint: string
  type: string
  /** Device, share or dataset. */
  source: string
}

/** Mounts from `/proc/<pid>/mountinfo` (proc_pid_mountinfo(5)), in the kernel's order.
 * @throws {ParseError} `mountinfo_malformed` when a line has not the fields it must have. */
export function parseMountinfo(text: string): Mount[] {
  const mounts: Mount[] = []
  for (const line of text.split('\n')) {
    if (line === '') continue
    const words = line.split(' ')
    const separator = words.indexOf('-', 6)
    const [, , deviceNumber, root, mountPoint] = words
    const type = words[separator + 1]
    const source = words[separator + 2]
    if (separator < 0 || type === undefined || source === undefined || mountPoint === undefined) {
      throw new ParseError('mountinfo', `a line has too few fields: ${line.slice(0, 80)}`)
    }
    mounts.push({
      deviceNumber: deviceNumber!,
      root: unescapeOctal(root!),
      mountPoint: unescapeOctal(mountPoint),
      type,
      source: unescapeOctal(source),
    })
  }
  return mounts
}

/** The kernel writes space, tab, newline, backslash and # as three octal digits; of bytes, not of characters. */
function unescapeOctal(word: string): string {
  if (!word.includes('\\')) return word
  return word.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
}

const PSEUDO_TYPES = new Set(
  (
    'autofs aufs binfmt_misc bpf cgroup cgroup2 configfs cpuset debugfs devfs devpts devtmpfs efivarfs erofs ' +
    'fdescfs fusectl fuse.gvfsd-fuse fuse.lxcfs fuse.portal fuse.rootlessport fuse.snapfuse hugetlbfs iso9660 ' +
    'mqueue nfsd none nsfs overlay overlayfs proc procfs pstore ramfs rootfs rpc_pipefs securityfs selinuxfs ' +
    'squashfs sysfs tmpfs tracefs udf unionfs'
  ).split(' '),
)

const NETWORK_TYPES =
  /^(nfs\d?|cifs|smb\d?|smbfs|9p|afs|ceph|glusterfs|lustre|beegfs|ncpfs|fuse\.(sshfs|rclone|s3fs|ceph|glusterfs|davfs|davfs2|mergerfs\.remote|curlftpfs))$/

const FOREIGN_PLACES =
  /^(\/(proc|sys|dev|snap)|\/run\/(docker|containerd|containers|credentials|snapd|user|lxcfs|netns)|\/var\/lib\/(docker|containerd|containers|kubelet|lxc|lxcfs|lxd|incus|snapd)|\/var\/snap|\/mnt\/wslg?|\/etc\/(hosts|hostname|resolv\.conf))(\/|$)/

/** The filesystems a person means by "my disks": no pseudo ones, nothing of snaps or containers, each once.
 * A filesystem mounted in several places is kept where its root is mounted, else at the shortest path; the
 * subvolumes of btrfs count as their own. What was mounted over is hidden. */
export function realFilesystems(mounts: readonly Mount[]): Mount[] {
  const visible = new Map<string, Mount>()
  for (const mount of mounts) {
    visible.delete(mount.mountPoint)
    visible.set(mount.mountPoint, mount)
  }
  const kept = new Map<string, Mount>()
  for (const mount of visible.values()) {
    if (PSEUDO_TYPES.has(mount.type) || FOREIGN_PLACES.test(mount.mountPoint)) continue
    const key = mount.type === 'btrfs' ? `${mount.deviceNumber} ${mount.root}` : mount.deviceNumber
    const other = kept.get(key)
    if (other === undefined || isBetter(mount, other)) kept.set(key, mount)
  }
  return [...kept.values()]
}

function isBetter(mount: Mount, other: Mount): boolean {
  const isWhole = mount.root === '/'
  if (isWhole !== (other.root === '/')) return isWhole
  return mount.mountPoint.length < other.mountPoint.length
}

/** True for filesystems whose server may be away, so that asking for their size may hang. */
export function isNetworkFilesystem(mount: Pick<Mount, 'type'>): boolean {
  return NETWORK_TYPES.test(mount.type)
}
