import { readlinkSync } from 'node:fs'
import { readKernelText } from '../kernel-text.ts'
import { parseNetDev } from '../procfs/net-dev.ts'
import type { Reads } from '../reads.ts'
import { firstProcess } from './first-process.ts'

export const GROUP_NETWORK_READS = [
  '{sys}/fs/cgroup/**/cgroup.procs',
  '{sys}/fs/cgroup/**',
  '{proc}/*/cgroup',
  '{proc}/*/ns/net',
  '{proc}/*/net/dev',
] as const satisfies Reads

/** Bytes since they came up of all interfaces of a network namespace but loopback. */
export interface NetworkReading {
  rxBytes: number
  txBytes: number
}

interface Member {
  /** Which making of the group it belongs to. */
  inode: number
  pid: number
  /** Its network is the machine's own, whose traffic is not the group's. */
  isShared: boolean
}

const isLink = (name: string) => name !== 'lo'

/** Network traffic of control groups, seen through a process of each. */
export class GroupNetworks {
  readonly #procRoot: string
  readonly #members = new Map<string, Member>()

  constructor(procRoot: string) {
    this.#procRoot = procRoot
  }

  /** undefined without a process to look through, without an interface, or where the network is the machine's own.
   * @param mark text that `<proc>/<pid>/cgroup` must hold for the process to be believed a member
   * @param hint a process that may be one, where the group's own list is of no use
   * Cost: one file, 10 to 30 µs. */
  read(key: string, folder: string, inode: number, mark: string, hint?: number): NetworkReading | undefined {
    let member = this.#members.get(key)
    if (member?.inode !== inode) member = undefined
    let text = member === undefined ? undefined : this.#text(member)
    if (text === undefined) {
      member = this.#find(folder, inode, mark, hint)
      if (member === undefined) {
        this.#members.delete(key)
        return undefined
      }
      this.#members.set(key, member)
      text = this.#text(member)
    }
    if (text === undefined || member?.isShared !== false) return undefined
    let reading: NetworkReading | undefined
    for (const { rxBytes, txBytes } of parseNetDev(text, isLink)) {
      reading ??= { rxBytes: 0, txBytes: 0 }
      reading.rxBytes += rxBytes
      reading.txBytes += txBytes
    }
    return reading
  }

  /** Process of the group that was looked through last. */
  pidOf(key: string): number | undefined {
    return this.#members.get(key)?.pid
  }

  /** Forgets groups that are gone. */
  keep(keys: { has(key: string): boolean }): void {
    for (const key of this.#members.keys()) if (!keys.has(key)) this.#members.delete(key)
  }

  #text({ pid, isShared }: Member): string | undefined {
    if (isShared) return ''
    return readKernelText(`${this.#procRoot}/${pid}/net/dev`)
  }

  #find(folder: string, inode: number, mark: string, hint: number | undefined): Member | undefined {
    for (const pid of [firstProcess(folder), hint]) {
      if (pid === undefined || !this.#isMember(pid, mark)) continue
      return { inode, pid, isShared: this.#isShared(pid) }
    }
    return undefined
  }

  /** Numbers of another process namespace may belong to anybody. */
  #isMember(pid: number, mark: string): boolean {
    try {
      return readKernelText(`${this.#procRoot}/${pid}/cgroup`)?.includes(mark) ?? false
    } catch {
      return false
    }
  }

  /** False also where we may not look: then the engine may know. */
  #isShared(pid: number): boolean {
    try {
      const path = (of: number) => `${this.#procRoot}/${of}/ns/net`
      return readlinkSync(path(pid)) === readlinkSync(path(1))
    } catch {
      return false
    }
  }
}
