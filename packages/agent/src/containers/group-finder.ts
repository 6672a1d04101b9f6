import { statSync } from 'node:fs'
import type { CgroupLayout } from '../cgroup/layout.ts'
import { foldersIn, namesIn } from '../folder-names.ts'

/** A control group that is a container. */
export interface ContainerGroup {
  id: string
  /** Path below the hierarchies. */
  path: string
  /** Its folder in the hierarchy it was found in. */
  folder: string
  /** Changes when the group is made anew: a restarted container begins to count at zero. */
  inode: number
}

const WALK_EVERY_MS = 60_000
const MAX_DEPTH = 8
/** Folders looked at in one walk. */
const MAX_FOLDERS = 5_000
const MAX_GROUPS = 20_000

/** Where engines put their groups unless told otherwise: Docker with systemd and without, Podman with both. */
const USUAL_PARENTS = ['/docker', '/system.slice', '/machine.slice', '/libpod_parent']
const SCOPE = /^(?:docker|libpod)-([0-9a-f]{64})\.scope$/
const BARE = /^(?:libpod-)?([0-9a-f]{64})$/
/** Guests' own trees: what runs in there is theirs to tell. */
const GUEST = /^(?:lxc|lxc\.payload.*|lxc\.monitor.*|qemu\.slice|machine-qemu.*|ns)$/

/** Id of the container whose group has this folder name; undefined for any other group. */
export function containerIdOf(name: string): string | undefined {
  return (SCOPE.exec(name) ?? BARE.exec(name))?.[1]
}

/** Finds containers' groups: the folders that had some are listed every time, the whole tree once a minute and when
 * asked. Groups of guests are not entered. Cost: a readdir for each such folder; the walk, one for each group. */
export class GroupFinder {
  readonly #layout: CgroupLayout
  /** The group that is the whole machine, '' where that is the root. */
  readonly #base: string
  #parents = new Set<string>()
  /** What was found in each folder the last time, by name; undefined for what is no container. */
  #known = new Map<string, ReadonlyMap<string, ContainerGroup | undefined>>()
  #walkedAt = Number.NEGATIVE_INFINITY

  constructor(layout: CgroupLayout, base = '') {
    this.#layout = layout
    this.#base = base
  }

  /** The next `find` walks the whole tree. */
  forget(): void {
    this.#walkedAt = Number.NEGATIVE_INFINITY
  }

  /** Groups by container id. */
  find(at: number): Map<string, ContainerGroup> {
    const found = new Map<string, ContainerGroup>()
    const { walk } = this.#layout
    if (walk === undefined) return found
    if (at - this.#walkedAt >= WALK_EVERY_MS) {
      this.#walkedAt = at
      this.#parents = new Set(USUAL_PARENTS.map((parent) => `${this.#base}${parent}`))
      this.#walk(walk)
    }
    const known = this.#known
    this.#known = new Map()
    for (const parent of this.#parents)
      this.#known.set(parent, this.#look(walk, parent, known.get(parent), found))
    return found
  }

  #look(
    walk: string,
    parent: string,
    known: ReadonlyMap<string, ContainerGroup | undefined> | undefined,
    found: Map<string, ContainerGroup>,
  ): ReadonlyMap<string, ContainerGroup | undefined> {
    const seen = new Map<string, ContainerGroup | undefined>()
    for (const name of namesIn(`${walk}${parent}`)) {
      const before = known?.has(name) ? known.get(name) : groupOf(walk, parent, name)
      const inode = before === undefined ? undefined : inodeOf(before.folder)
      const group =
        before === undefined || before.inode === inode || inode === undefined ? before : { ...before, inode }
      seen.set(name, group)
      if (group !== undefined && inode !== undefined && found.size < MAX_GROUPS) found.set(group.id, group)
    }
    return seen
  }

  #walk(walk: string): void {
    let level = [this.#base]
    let looked = 0
    for (let depth = 0; depth < MAX_DEPTH && level.length > 0; depth += 1) {
      const next: string[] = []
      for (const parent of level) {
        if (looked === MAX_FOLDERS) return
        looked += 1
        for (const name of foldersIn(`${walk}${parent}`)) {
          if (containerIdOf(name) !== undefined) this.#parents.add(parent)
          else if (!GUEST.test(name)) next.push(`${parent}/${name}`)
        }
      }
      level = next
    }
  }
}

function groupOf(walk: string, parent: string, name: string): ContainerGroup | undefined {
  const id = containerIdOf(name)
  const path = `${parent}/${name}`
  return id === undefined ? undefined : { id, path, folder: `${walk}${path}`, inode: Number.NaN }
}

function inodeOf(folder: string): number | undefined {
  try {
    return statSync(folder).ino
  } catch {
    return undefined
  }
}
