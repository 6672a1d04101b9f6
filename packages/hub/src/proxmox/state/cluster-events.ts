import { DAY, HOUR, SECOND } from '@lumen/model/time'
import type { Tsdb } from '@lumen/tsdb/api'
import type { HostRecord } from '../../hosts/host-record.ts'
import type { TaskRow } from '../client/pve-calls.ts'
import type { ClusterState, InventoryChange } from '../poller/cluster-state.ts'
import type { GuestNow } from '../poller/inventory.ts'
import { taskEnd } from './task-end.ts'

export interface ClusterEventsParts {
  state: ClusterState
  tsdb: Tsdb
  /** The host whose agent runs in a guest, or on a node (null). */
  agentOf(node: string, vmid: number | null): HostRecord | undefined
}

/** What tasks do to guests that no list of guests shows afterwards. Moves, starts and stops are seen there. */
const TASKS: Readonly<Record<string, string>> = {
  ...{ qmsnapshot: 'snapshot', vzsnapshot: 'snapshot' },
  ...{ qmdelsnapshot: 'snapshot removed', vzdelsnapshot: 'snapshot removed' },
  ...{ qmrollback: 'rollback', vzrollback: 'rollback' },
  ...{ qmreboot: 'restart', vzreboot: 'restart', qmreset: 'restart' },
}
/** Tasks are first read a day back; those of an earlier run of the hub are in its ledger. */
const KNOWN_MS = DAY + HOUR
const MOST_NAMES = 12

/** Writes what happened on a cluster into the ledger of events, on the host that has the history of what it happened to,
 * and on the host whose agent is inside, so that the charts of both show it. */
export class ClusterEvents {
  readonly #parts: ClusterEventsParts
  /** UPIDs of tasks that are in the ledger; undefined before it was read. */
  #written: Set<string> | undefined

  constructor(parts: ClusterEventsParts) {
    this.#parts = parts
  }

  /** @param at epoch ms */
  tell({ host, type, detail }: InventoryChange, at: number): void {
    const { state, tsdb, agentOf } = this.#parts
    tsdb.appendEvents(host.id, [{ at, type, detail }])
    const vmid = Number(detail.vmid)
    const node = type === 'node' ? this.#nodeOf(host) : state.inventory.guests.get(vmid)?.node
    const agent = node === undefined ? undefined : agentOf(node, type === 'node' ? null : vmid)
    if (agent !== undefined) tsdb.appendEvents(agent.id, [{ at, type, detail }])
  }

  configChanged(guest: GuestNow, lines: readonly string[], at: number): void {
    const host = this.#parts.state.shared
    if (host === undefined) return
    const named = lines.slice(0, MOST_NAMES).join(', ')
    const more = lines.length > MOST_NAMES ? ` and ${lines.length - MOST_NAMES} more` : ''
    const { vmid, name } = guest
    const detail = { vmid, name: name ?? null, change: 'config', from: null, to: `${named}${more}` }
    this.tell({ host, type: 'guest', detail }, at)
  }

  /** Snapshots, rollbacks and restarts among tasks that are over, each once. */
  async tasksRead(tasks: readonly TaskRow[], now: number): Promise<void> {
    const { state } = this.#parts
    const host = state.shared
    if (host === undefined) return
    this.#written ??= await this.#readWritten(host, now)
    for (const { upid, type = '', id, starttime, endtime, status } of tasks) {
      const change = TASKS[type]
      if (change === undefined || endtime === undefined || this.#written.has(upid)) continue
      this.#written.add(upid)
      const vmid = Number(id)
      const end = taskEnd(status, endtime)
      const name = state.inventory.guests.get(vmid)?.name ?? null
      const to = end.state === 'failed' ? `failed: ${end.message}` : 'done'
      const detail = { vmid, name, change, from: null, to, upid }
      this.tell({ host, type: 'guest', detail }, starttime * SECOND)
    }
  }

  async #readWritten(host: HostRecord, now: number): Promise<Set<string>> {
    const events = await this.#parts.tsdb.events(host.id, { from: now - KNOWN_MS, to: now + 1 })
    return new Set(events.flatMap(({ detail }) => (typeof detail.upid === 'string' ? [detail.upid] : [])))
  }

  #nodeOf(host: HostRecord): string | undefined {
    const { state } = this.#parts
    return [...state.inventory.nodes.keys()].find((name) => state.node(name)?.id === host.id)
  }
}
