import { MINUTE, SECOND } from '@lumen/model/time'
import type { Clock } from '@lumen/std/clock'
import { toNumber } from '../client/lenient.ts'
import { PVE } from '../client/pve-calls.ts'
import type { ClusterState } from '../poller/cluster-state.ts'
import type { GuestNow } from '../poller/inventory.ts'
import type { Job } from '../poller/schedule.ts'
import type { WatchedClient } from '../poller/watched-client.ts'
import type { ClusterBook } from './cluster-book.ts'
import { changedLines, readGuestConfig } from './guest-config.ts'
import { PART_EVERY_MS } from './part-ledger.ts'

export interface GuestJobsParts {
  client: WatchedClient
  state: ClusterState
  book: ClusterBook
  clock: Clock
  /** The token may ask guest agents. */
  mayAskAgents(): boolean
  /** Its addresses would tell whose agent runs in it. */
  wantsAddresses(vmid: number): boolean
  /** Lines of a configuration were changed. */
  onConfigChange(guest: GuestNow, lines: readonly string[]): void
  /** Something of guests was read anew. */
  onRead(): void
}

const ROUND_MS = 10 * SECOND
/** Read in one round while there are guests that were never read. */
const MOST_A_ROUND = 15
/** After a failure a guest is left out for a round or two of the others. */
const AGAIN_MS = 2 * MINUTE

/** Reads guests' configurations, a few at a time: all of them within ten minutes. */
export class GuestJobs {
  readonly #parts: GuestJobsParts
  /** When each is due, on the monotonic clock. */
  readonly #dueAt = new Map<number, number>()

  constructor(parts: GuestJobsParts) {
    this.#parts = parts
  }

  /** Every guest that can be asked was asked at least once. */
  get isThrough(): boolean {
    const { guests } = this.#parts.state.inventory
    return guests.size > 0 && this.#askable().every(({ vmid }) => this.#dueAt.has(vmid))
  }

  jobs(): Job[] {
    return [{ name: 'guests', everyMs: ROUND_MS, run: () => this.#round() }]
  }

  async #round(): Promise<void> {
    const { state, book, clock, onRead } = this.#parts
    const { guests } = state.inventory
    if (guests.size === 0) return
    for (const vmid of this.#dueAt.keys()) {
      if (guests.has(vmid)) continue
      this.#dueAt.delete(vmid)
      book.guests.delete(vmid)
    }
    const dueAt = ({ vmid }: GuestNow) => this.#dueAt.get(vmid) ?? Number.NEGATIVE_INFINITY
    const due = this.#askable()
      .filter((guest) => dueAt(guest) <= clock.monotonic())
      .sort((one, other) => dueAt(one) - dueAt(other) || one.vmid - other.vmid)
    for (const guest of due.slice(0, MOST_A_ROUND)) await this.#read(guest)
    if (due.length > 0) onRead()
  }

  #askable(): GuestNow[] {
    const { guests, nodes } = this.#parts.state.inventory
    return [...guests.values()].filter(
      ({ node, isTemplate }) => !isTemplate && nodes.get(node)?.isOnline === true,
    )
  }

  async #read(guest: GuestNow): Promise<void> {
    const { client, book, clock, onConfigChange } = this.#parts
    const { vmid, node, kind } = guest
    const call = kind === 'qemu' ? PVE.qemuConfig : PVE.lxcConfig
    const lines = await client.read(call, { node, vmid })
    this.#dueAt.set(vmid, clock.monotonic() + (lines === undefined ? AGAIN_MS : PART_EVERY_MS.guests))
    if (lines === undefined) return
    const config = readGuestConfig(lines)
    const before = book.guests.get(vmid)
    const changed = before === undefined ? [] : changedLines(before.config, config)
    const inside = (await this.#addresses(guest, config.hasAgent)) ?? before ?? { ips: [], macs: [] }
    book.guests.set(vmid, { config, ips: inside.ips, macs: inside.macs })
    if (changed.length > 0) onConfigChange(guest, changed)
  }

  /** What the guest itself says of its network; asked only where somebody could be found by it. */
  async #addresses(
    { vmid, node, kind, state }: GuestNow,
    hasAgent: boolean,
  ): Promise<{ ips: string[]; macs: string[] } | undefined> {
    const { client, wantsAddresses } = this.#parts
    if (state !== 'running' || !wantsAddresses(vmid)) return undefined
    if (kind === 'lxc') {
      const rows = await client.read(PVE.lxcInterfaces, { node, vmid })
      return rows === undefined ? undefined : readInterfaces(rows)
    }
    if (!hasAgent || !this.#parts.mayAskAgents()) return undefined
    const answer = await client.tryOut(PVE.agentInterfaces, { node, vmid })
    return answer === undefined ? undefined : readInterfaces(answer.result)
  }
}

/** MAC and IP addresses, without those of the loopback. */
function readInterfaces(rows: readonly unknown[]): { ips: string[]; macs: string[] } {
  const ips: string[] = []
  const macs: string[] = []
  for (const row of rows) {
    if (typeof row !== 'object' || row === null) continue
    const fields = row as Record<string, unknown>
    if (fields.name === 'lo' || toNumber(fields.loopback) === 1) continue
    const mac = fields.hwaddr ?? fields['hardware-address']
    if (typeof mac === 'string') macs.push(mac.toLowerCase())
    for (const inet of [fields.inet, fields.inet6]) {
      if (typeof inet === 'string') ips.push(inet.split('/')[0] ?? '')
    }
    const listed = Array.isArray(fields['ip-addresses']) ? (fields['ip-addresses'] as unknown[]) : []
    for (const each of listed) {
      const address = (each as Record<string, unknown> | null)?.['ip-address']
      if (typeof address === 'string') ips.push(address)
    }
  }
  return { ips: [...new Set(ips)].filter((ip) => ip !== ''), macs: [...new Set(macs)] }
}
