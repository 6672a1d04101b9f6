import { statSync } from 'node:fs'
import type { CgroupLayout } from '../cgroup/layout.ts'
import { namesIn } from '../folder-names.ts'

/** A guest's control group. */
export interface GuestGroup {
  /** vmid on Proxmox, else its name. */
  key: string
  kind: 'lxc' | 'qemu'
  /** Path below the hierarchies. */
  path: string
  /** Changes when the guest is started anew. */
  inode: number
}

const PLACES: readonly {
  parent: string
  kind: GuestGroup['kind']
  keyOf: (name: string) => string | undefined
}[] = [
  // Proxmox VE, and LXC told to use this parent.
  { parent: '/lxc', kind: 'lxc', keyOf: (name) => (isInner(name) ? undefined : name) },
  // LXC 4 and newer, Incus, LXD.
  { parent: '', kind: 'lxc', keyOf: (name) => /^lxc\.payload\.(.+)$/.exec(name)?.[1] },
  { parent: '/lxc.payload', kind: 'lxc', keyOf: (name) => (isInner(name) ? undefined : name) },
  { parent: '/qemu.slice', kind: 'qemu', keyOf: (name) => /^(\d+)\.scope$/.exec(name)?.[1] },
  // libvirt: machine-qemu\x2d1\x2dname.scope
  {
    parent: '/machine.slice',
    kind: 'qemu',
    keyOf: (name) => {
      const escaped = /^machine-qemu\\x2d\d+\\x2d(.+)\.scope$/.exec(name)?.[1]
      return escaped?.replace(/\\x([0-9a-f]{2})/g, (_, hex: string) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      )
    },
  },
]

const MAX_GUESTS = 5_000

/** Guests that run, by their control groups. `base` is the group that is the whole machine, '' for the root. Cost: five readdir, and a stat for each guest. */
export function findGuests({ walk }: CgroupLayout, base = ''): GuestGroup[] {
  if (walk === undefined) return []
  const guests: GuestGroup[] = []
  for (const { parent, kind, keyOf } of PLACES) {
    for (const name of namesIn(`${walk}${base}${parent}`)) {
      const key = keyOf(name)
      if (key === undefined || guests.length === MAX_GUESTS) continue
      const path = `${base}${parent}/${name}`
      const inode = inodeOf(`${walk}${path}`)
      if (inode !== undefined) guests.push({ key, kind, path, inode })
    }
  }
  return guests
}

/** Files of the group itself, and groups that are not guests. */
function isInner(name: string): boolean {
  return (
    /^(?:cgroup|cpu|cpuacct|cpuset|memory|io|blkio|pids|hugetlb|rdma|misc|irq|dmem|freezer|devices)\./.test(
      name,
    ) || /^(?:tasks|notify_on_release|monitor|pivot)$/.test(name)
  )
}

function inodeOf(folder: string): number | undefined {
  try {
    const stat = statSync(folder)
    return stat.isDirectory() ? stat.ino : undefined
  } catch {
    return undefined
  }
}
