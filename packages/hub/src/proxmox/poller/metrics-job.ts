import { MINUTE, SECOND } from '@lumen/model/time'
import type { Clock } from '@lumen/std/clock'
import type { HostRecord } from '../../hosts/host-record.ts'
import { toNumber } from '../client/lenient.ts'
import { rootOf } from '../client/outcome.ts'
import { PVE } from '../client/pve-calls.ts'
import type { AgentDisks } from './agent-disks.ts'
import { ClockSkews } from './clock-skews.ts'
import { type ClusterState, RowsByHost } from './cluster-state.ts'
import { ClusterSums } from './cluster-sums.ts'
import type { ConnectionHealth } from './connection-health.ts'
import { CounterRates } from './counter-rates.ts'
import { exportReachMs } from './export-reach.ts'
import type { FrameWriter } from './frame-writer.ts'
import { type Points, SLOT_MS, slotsOf, type TimedReading } from './metric-slots.ts'
import { COUNTERS, guestRow, nodeRows, storageRow } from './readings.ts'
import type { SlowRows } from './slow-rows.ts'
import type { WatchedClient } from './watched-client.ts'

export interface MetricsParts {
  client: WatchedClient
  state: ClusterState
  writer: FrameWriter
  health: ConnectionHealth
  slow: SlowRows
  agents: AgentDisks
  clock: Clock
}

/** When all nodes have told of a slot: pvestatd's ten seconds, and clocks that are a little off. */
const SETTLE_MS = 12 * SECOND
/** Beyond this much to fetch a call is made for each node, or the answer of a large cluster would be too large. */
const LONG_MS = 5 * MINUTE
/** Nothing older is there to fetch. */
const LONGEST_MS = 30 * MINUTE

/** Reads `/cluster/metrics/export`: points of ten seconds of nodes, guests and storages, a slot at a time once it is
 * complete. After a pause of the hub it fetches what it missed, as far as Proxmox kept it and one answer
 * holds. */
export class MetricsJob {
  readonly #parts: MetricsParts
  readonly #skews = new ClockSkews()
  readonly #rates = new CounterRates()
  readonly #sums = new ClusterSums()
  /** Slots before it were written; undefined until it is known what the disk has. */
  #writtenTo: number | undefined
  /** Part of the reach that is used: less after an answer that was too large all the same. */
  #reachShare = 1

  constructor(parts: MetricsParts) {
    this.#parts = parts
  }

  /** @returns whether this server keeps such points and shows them */
  async run(): Promise<boolean | undefined> {
    const { clock, state, health } = this.#parts
    const now = clock.now()
    this.#stepBack(now)
    const toMs = Math.floor((now - SETTLE_MS) / SLOT_MS) * SLOT_MS
    const isLong = toMs - Math.max(this.#from(), now - LONGEST_MS) > LONG_MS
    const isByNode = isLong && health.majorVersion >= 9
    const nodes = isByNode ? [...state.inventory.nodes.keys()] : [undefined]
    const fromMs = Math.max(this.#from(), Math.floor((now - this.#reachMs(nodes.length)) / SLOT_MS) * SLOT_MS)
    if (state.inventory.nodes.size === 0 || toMs <= fromMs) return undefined
    // A reading before the first tells rates from it on.
    const start = Math.floor((fromMs - SLOT_MS + this.#skews.leastMs) / SECOND) - 1
    const range = { fromMs: fromMs - SLOT_MS, toMs }
    const slots = new Map<number, TimedReading[]>()
    const told = new Set<string>()
    const bad: Points['bad'] = { count: 0, first: [] }
    for (const node of nodes) {
      const query = { history: 1, 'start-time': start, ...(node !== undefined && { 'node-list': node }) }
      const outcome = await this.#parts.client.get(PVE.metrics, {}, query)
      if (outcome.kind === 'ok') {
        // One answer at a time: its points are many times what is made of them, and half an hour of eight nodes' would
        // be held together, for their memory is not missed soon enough.
        this.#collect(outcome.value.data, range, { slots, told, bad })
        if (isLong) Bun.gc(true)
        continue
      }
      if (outcome.kind === 'too-big') this.#reachShare /= 2
      const root = rootOf(outcome)
      return root.kind === 'not-there' || root.kind === 'missing-right' ? false : undefined
    }
    this.#reachShare = Math.min(1, 2 * this.#reachShare)
    const silent = [...state.inventory.nodes.values()].filter(
      ({ name, isOnline }) => isOnline && !told.has(name),
    )
    if (silent.length > 0) await this.#lookAtClocks()
    health.noteBadPoints(bad)
    for (const [slotMs, readings] of [...slots].sort(([a], [b]) => a - b))
      this.#write(
        slotMs,
        readings.sort((a, b) => a.atS - b.atS),
        slotMs >= fromMs,
      )
    this.#writtenTo = Math.max(fromMs, toMs)
    this.#rates.forget(now / SECOND)
    return true
  }

  /** @param answers over how many answers things are spread */
  #reachMs(answers: number): number {
    const { nodes, guests, storages } = this.#parts.state.inventory
    const things = (nodes.size + guests.size + storages.size) / answers
    return exportReachMs(things / this.#reachShare, PVE.metrics.maxBytes)
  }

  #collect(
    rows: readonly unknown[],
    range: { fromMs: number; toMs: number },
    { slots, told, bad }: { slots: Map<number, TimedReading[]>; told: Set<string>; bad: Points['bad'] },
  ): void {
    const { state, clock } = this.#parts
    for (const node of this.#learnClocks(rows, clock.now())) told.add(node)
    const points = slotsOf(rows, range, this.#skews, (id) => state.nodeOf(id))
    bad.count += points.bad.count
    bad.first.push(...points.bad.first)
    for (const [slotMs, readings] of points.slots) {
      const known = slots.get(slotMs)
      if (known === undefined) slots.set(slotMs, readings)
      else for (const reading of readings) known.push(reading)
    }
  }

  #from(): number {
    if (this.#writtenTo !== undefined) return this.#writtenTo
    const { writer } = this.#parts
    return Math.max(0, ...this.#hosts().map((host) => writer.durableTo(host) ?? 0))
  }

  #hosts(): HostRecord[] {
    const { state } = this.#parts
    const nodes = [...state.inventory.nodes.keys()].map((name) => state.node(name))
    return [state.shared, ...nodes].filter((host) => host !== undefined)
  }

  /** What the store gave up again is fetched again, while Proxmox still has it. */
  #stepBack(now: number): void {
    if (this.#writtenTo === undefined) return
    for (const host of this.#hosts()) {
      const from = this.#parts.writer.givenUpFrom(host)
      if (from !== undefined && from >= now - LONGEST_MS) this.#writtenTo = Math.min(this.#writtenTo, from)
    }
  }

  /** A node that is online and has no point since may have a clock that is far behind: the newest of all tells. */
  async #lookAtClocks(): Promise<void> {
    const newest = await this.#parts.client.read(PVE.metrics, {})
    if (newest !== undefined) this.#learnClocks(newest.data, this.#parts.clock.now())
  }

  /** The newest point of each node's own tells its clock. @returns nodes that have one */
  #learnClocks(rows: readonly unknown[], now: number): ReadonlySet<string> {
    const newest = new Map<string, number>()
    for (const row of rows) {
      if (typeof row !== 'object' || row === null) continue
      const { id, timestamp } = row as { id?: unknown; timestamp?: unknown }
      const atS = toNumber(timestamp)
      if (typeof id !== 'string' || atS === undefined || !id.startsWith('node/')) continue
      const node = id.slice(5)
      newest.set(node, Math.max(newest.get(node) ?? 0, atS))
    }
    for (const [node, atS] of newest) this.#skews.learn(node, atS, now)
    return new Set(newest.keys())
  }

  #write(slotMs: number, readings: readonly TimedReading[], isNew: boolean): void {
    const { writer, slow } = this.#parts
    const rows = new RowsByHost()
    const read = readings.map(({ id, atS, values }) => ({ id, reading: this.#read(id, atS, values) }))
    if (!isNew) return
    // The newest of a slot wins, should it hold two of a thing.
    for (const { id, reading } of read.toReversed()) this.#place(rows, slotMs, id, reading)
    rows.add(this.#parts.state.cluster, this.#sums.row(slotMs))
    // What is known of the whole is told also where there is no guest.
    rows.add(this.#parts.state.shared)
    for (const [host, own] of rows.entries()) writer.write(host, slotMs, [...own, ...slow.of(host)])
  }

  #read(id: string, atS: number, values: Readonly<Record<string, number>>): Record<string, number> {
    const counters: Record<string, number | undefined> = {}
    for (const name of COUNTERS) counters[name] = values[name]
    const gauges = { ...values }
    for (const name of COUNTERS) delete gauges[name]
    return { ...gauges, ...this.#rates.read(id, atS, values.uptime, counters) }
  }

  #place(rows: RowsByHost, slotMs: number, id: string, reading: Record<string, number>): void {
    const { state } = this.#parts
    const [kind, node = '', storage = ''] = id.split('/')
    if (kind === 'node') {
      this.#sums.noteNode(node, slotMs, reading)
      rows.add(state.node(node), ...nodeRows(reading))
    } else if (kind === 'storage') {
      const known = state.inventory.storages.get(`${node}/${storage}`)
      if (known !== undefined) {
        this.#sums.noteStorage(known.isShared ? storage : `${node}/${storage}`, slotMs, reading)
        rows.add(known.isShared ? state.shared : state.node(node), storageRow(known, reading))
      }
    } else {
      const guest = state.guestOf(id)
      if (guest === undefined) return
      const agent_disk_used = this.#parts.agents.of(guest.vmid)
      rows.add(state.shared, guestRow(guest, { ...reading, agent_disk_used }))
    }
  }
}
