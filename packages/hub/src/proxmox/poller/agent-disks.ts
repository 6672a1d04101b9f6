import { HOUR, MINUTE } from '@lumen/model/time'
import { Backoff } from '@lumen/std/backoff'
import type { Clock } from '@lumen/std/clock'
import { toNumber } from '../client/lenient.ts'
import { PVE } from '../client/pve-calls.ts'
import type { ClusterState } from './cluster-state.ts'
import type { ConnectionHealth } from './connection-health.ts'
import type { WatchedClient } from './watched-client.ts'

/** What was read is told for so long. */
const OLD_AFTER_MS = 12 * MINUTE
/** A guest without an agent is asked again after this, then ever more seldom. */
const FIRST_MS = 10 * MINUTE
const LONGEST_MS = 4 * HOUR
/** Hold no files of the guest’s own. */
const NO_DISKS = /^(squashfs|iso9660|udf|tmpfs|devtmpfs|overlay|fuse\..*|cdfs)$/i

interface Guest {
  usedBytes: number | undefined
  readAt: number
  backoff: Backoff
  askAt: number
}

/** How full virtual machines are inside, which only their guest agents know. Each question interrupts a virtual machine
 * for a moment: one at a time, every five minutes, and less and less often where nobody answers. */
export class AgentDisks {
  readonly #client: WatchedClient
  readonly #state: ClusterState
  readonly #health: ConnectionHealth
  readonly #clock: Clock
  readonly #guests = new Map<number, Guest>()

  constructor(parts: { client: WatchedClient; state: ClusterState; health: ConnectionHealth; clock: Clock }) {
    this.#client = parts.client
    this.#state = parts.state
    this.#health = parts.health
    this.#clock = parts.clock
  }

  /** Bytes in use inside, undefined when that is not known or not known lately. */
  of(vmid: number): number | undefined {
    const guest = this.#guests.get(vmid)
    if (guest === undefined || this.#clock.monotonic() - guest.readAt > OLD_AFTER_MS) return undefined
    return guest.usedBytes
  }

  async run(): Promise<void> {
    if (this.#health.mayAskAgents !== true) return
    const { guests, nodes } = this.#state.inventory
    for (const vmid of this.#guests.keys()) if (!guests.has(vmid)) this.#guests.delete(vmid)
    for (const { vmid, kind, node, state } of guests.values()) {
      if (kind !== 'qemu' || state !== 'running' || nodes.get(node)?.isOnline !== true) continue
      const guest = this.#of(vmid)
      if (this.#clock.monotonic() < guest.askAt) continue
      const told = await this.#client.tryOut(PVE.agentFilesystems, { node, vmid })
      if (told === undefined) {
        guest.askAt = this.#clock.monotonic() + guest.backoff.next()
        continue
      }
      guest.backoff.reset()
      guest.usedBytes = usedBytes(told.result)
      guest.readAt = this.#clock.monotonic()
    }
  }

  #of(vmid: number): Guest {
    let guest = this.#guests.get(vmid)
    if (guest === undefined) {
      guest = {
        usedBytes: undefined,
        readAt: Number.NEGATIVE_INFINITY,
        backoff: new Backoff({ firstMs: FIRST_MS, maxMs: LONGEST_MS }),
        askAt: Number.NEGATIVE_INFINITY,
      }
      this.#guests.set(vmid, guest)
    }
    return guest
  }
}

/** In use on all file systems with a size, each device once; undefined when there is none. */
export function usedBytes(filesystems: readonly unknown[]): number | undefined {
  const byDevice = new Map<string, number>()
  for (const entry of filesystems) {
    if (typeof entry !== 'object' || entry === null) continue
    const { name, mountpoint, type, ...sizes } = entry as Record<string, unknown>
    const used = toNumber(sizes['used-bytes'])
    const total = toNumber(sizes['total-bytes'])
    if (used === undefined || total === undefined || total <= 0 || NO_DISKS.test(String(type ?? ''))) continue
    byDevice.set(String(name ?? mountpoint), used)
  }
  if (byDevice.size === 0) return undefined
  return [...byDevice.values()].reduce((sum, used) => sum + used, 0)
}
