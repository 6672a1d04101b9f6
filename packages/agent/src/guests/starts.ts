import { firstProcess } from '../cgroup/first-process.ts'
import { readKernelText } from '../kernel-text.ts'
import { parsePidStat } from '../procfs/pid-stat.ts'
import { parseUptime } from '../procfs/uptime.ts'

const TICKS_PER_S = 100
/** A group just made may have no process yet. */
const RETRY_MS = 10_000

interface Start {
  inode: number
  /** Seconds after the machine's own start; undefined when it cannot be told. */
  atS: number | undefined
  triedAt: number
}

/** How long guests have been running, by the start of their first process. */
export class Starts {
  readonly #procRoot: string
  readonly #known = new Map<string, Start>()

  constructor(procRoot: string) {
    this.#procRoot = procRoot
  }

  /** Whole seconds; undefined where no process of the guest can be seen.
   * @param mark what `<proc>/<pid>/cgroup` must hold */
  uptime(key: string, inode: number, folder: string, mark: string, at: number): number | undefined {
    let start = this.#known.get(key)
    const isOld = start === undefined || start.inode !== inode
    if (isOld || (start!.atS === undefined && at - start!.triedAt >= RETRY_MS)) {
      start = { inode, atS: this.#startOf(folder, mark), triedAt: at }
      this.#known.set(key, start)
    }
    const text = start!.atS === undefined ? undefined : readKernelText(`${this.#procRoot}/uptime`)
    return text === undefined ? undefined : Math.max(0, Math.floor(parseUptime(text) - start!.atS!))
  }

  keep(keys: { has(key: string): boolean }): void {
    for (const key of this.#known.keys()) if (!keys.has(key)) this.#known.delete(key)
  }

  #startOf(folder: string, mark: string): number | undefined {
    const pid = firstProcess(folder)
    if (pid === undefined) return undefined
    try {
      const cgroup = readKernelText(`${this.#procRoot}/${pid}/cgroup`)
      const stat = readKernelText(`${this.#procRoot}/${pid}/stat`)
      if (stat === undefined || !cgroup?.includes(mark)) return undefined
      return parsePidStat(stat).startTicks / TICKS_PER_S
    } catch {
      return undefined
    }
  }
}
