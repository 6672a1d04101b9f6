import type { ClusterSpec, GuestSpec, NodeSpec } from './cluster-spec.ts'
import { isDuring, type ScriptEvent } from './script.ts'

/** A stretch a guest or node ran without a break, `[from, to)`, epoch ms. Counters start at zero with each. */
export interface Run {
  from: number
  to: number
  /** Where, by the spec's name. */
  node: string
}

/** How long a booting node takes to start guests, ms. */
const BOOT_MS = 30_000

/** Who ran where and when, who is called what, who sees whom: pure answers about any time, worked out once from a
 * spec and a script. */
export class Timeline {
  readonly spec: ClusterSpec
  readonly script: readonly ScriptEvent[]
  readonly #nodeRuns = new Map<string, Run[]>()
  readonly #guestRuns = new Map<number, Run[]>()
  readonly #homes = new Map<number, { at: number; node: string }[]>()

  constructor(spec: ClusterSpec, script: readonly ScriptEvent[]) {
    this.spec = spec
    this.script = [...script].sort((a, b) => a.at - b.at)
    for (const node of spec.nodes) this.#nodeRuns.set(node.name, this.#runsOfNode(node))
    for (const guest of spec.guests) this.#followGuest(guest)
  }

  /** Events of one kind, by time. */
  events<K extends ScriptEvent['kind']>(kind: K): Extract<ScriptEvent, { kind: K }>[] {
    return this.script.filter((event): event is Extract<ScriptEvent, { kind: K }> => event.kind === kind)
  }

  /** Events of one kind that go on at this time; the latest comes last. */
  during<K extends ScriptEvent['kind']>(kind: K, ms: number): Extract<ScriptEvent, { kind: K }>[] {
    return this.events(kind).filter((event) => isDuring(event, ms))
  }

  /** Of a node or a guest, in order of time. */
  runs(of: string | number): readonly Run[] {
    return (typeof of === 'string' ? this.#nodeRuns.get(of) : this.#guestRuns.get(of)) ?? []
  }

  run(of: string | number, ms: number): Run | undefined {
    return this.runs(of).find(({ from, to }) => ms >= from && ms < to)
  }

  isUp(node: string, ms: number): boolean {
    return this.run(node, ms) !== undefined
  }

  /** Where the guest's configuration lies; undefined before it was made and after it was destroyed. */
  home(vmid: number, ms: number): string | undefined {
    const guest = this.spec.guests.find((candidate) => candidate.vmid === vmid)
    if (guest === undefined || ms < guest.createdAt) return undefined
    if (this.events('guest-destroy').some((event) => event.guest === vmid && ms >= event.at)) return undefined
    return this.#homes.get(vmid)?.findLast(({ at }) => ms >= at)?.node
  }

  /** When a node that was up had the guest's configuration. */
  configured(vmid: number): Run[] {
    const homes = this.#homes.get(vmid) ?? []
    const end =
      this.events('guest-destroy').find((event) => event.guest === vmid)?.at ?? Number.POSITIVE_INFINITY
    return homes.flatMap(({ at, node }, index) => {
      const until = Math.min(homes[index + 1]?.at ?? Number.POSITIVE_INFINITY, end)
      return this.runs(node)
        .map((run) => ({ node, from: Math.max(run.from, at), to: Math.min(run.to, until) }))
        .filter(({ from, to }) => from < to)
    })
  }

  guestsOf(node: string, ms: number): GuestSpec[] {
    return this.spec.guests.filter(({ vmid }) => this.home(vmid, ms) === node)
  }

  guestName(guest: GuestSpec, ms: number): string {
    const renamed = this.events('rename-guest').findLast(
      (event) => event.guest === guest.vmid && ms >= event.at,
    )
    return renamed?.name ?? guest.name
  }

  /** What the node is called at this time. */
  nodeName(node: string, ms: number): string {
    return this.events('rename-node').findLast((event) => event.node === node && ms >= event.at)?.name ?? node
  }

  /** The node that is called so now. */
  nodeCalled(name: string, ms: number): NodeSpec | undefined {
    return this.spec.nodes.find((node) => this.nodeName(node.name, ms) === name)
  }

  /** Nodes that `viewer` counts as members online at this time, itself included. */
  members(viewer: string, ms: number): string[] {
    const split = this.during('partition', ms).at(-1)
    const group = split?.groups.find((names) => names.includes(viewer))
    return this.spec.nodes
      .map(({ name }) => name)
      .filter(
        (name) => this.isUp(name, ms) && (split === undefined || name === viewer || group?.includes(name)),
      )
  }

  isQuorate(viewer: string, ms: number): boolean {
    return this.members(viewer, ms).length > this.spec.nodes.length / 2
  }

  /** What the node's own clock shows. */
  nodeClock(node: string, ms: number): number {
    return ms + (this.during('node-clock', ms).findLast((event) => event.node === node)?.offsetMs ?? 0)
  }

  /** Since when the node has been out of `viewer`'s sight; undefined while it is in it. */
  lostSince(viewer: string, node: string, ms: number): number | undefined {
    if (this.members(viewer, ms).includes(node)) return undefined
    const ended = this.runs(node).findLast(({ to }) => to <= ms)?.to ?? 0
    const split = this.isUp(node, ms) ? this.during('partition', ms).at(-1)?.at : undefined
    return split ?? ended
  }

  #runsOfNode(node: NodeSpec): Run[] {
    const losses = this.events('node-loss').filter((event) => event.node === node.name)
    const runs: Run[] = [{ from: this.spec.bornAt, to: node.bootedAt, node: node.name }]
    let from = node.bootedAt
    for (const loss of losses) {
      runs.push({ from, to: loss.at, node: node.name })
      from = loss.until ?? Number.POSITIVE_INFINITY
    }
    runs.push({ from, to: Number.POSITIVE_INFINITY, node: node.name })
    return runs.filter((run) => run.from < run.to)
  }

  #followGuest(guest: GuestSpec): void {
    const runs: Run[] = []
    const homes = [{ at: guest.createdAt, node: guest.node }]
    let node = guest.node
    let since: number | undefined
    const start = (ms: number) => {
      since ??= ms
    }
    const stop = (ms: number) => {
      if (since !== undefined && since < ms) runs.push({ from: since, to: ms, node })
      since = undefined
    }
    if (guest.state === 'running') {
      start(guest.createdAt)
      stop(guest.startedAt)
      start(guest.startedAt)
    }
    for (const change of this.#changes(guest)) {
      if (change.kind === 'start' && this.isUp(node, change.at)) start(change.at)
      else if (change.kind === 'stop') stop(change.at)
      else if (change.kind === 'lost' && change.node === node) stop(change.at)
      else if (change.kind === 'booted' && change.node === node && guest.isOnBoot) start(change.at)
      else if (change.kind === 'move') {
        const isRunning = since !== undefined
        stop(change.at)
        node = change.to
        homes.push({ at: change.at, node })
        if (isRunning) start(change.at)
      }
    }
    stop(Number.POSITIVE_INFINITY)
    this.#guestRuns.set(guest.vmid, runs)
    this.#homes.set(guest.vmid, homes)
  }

  #changes(guest: GuestSpec): Change[] {
    const changes = this.script.flatMap((event): Change[] => {
      const { at } = event
      switch (event.kind) {
        case 'guest-start':
          return event.guest === guest.vmid ? [{ kind: 'start', at }] : []
        case 'guest-stop':
        case 'guest-destroy':
          return event.guest === guest.vmid ? [{ kind: 'stop', at }] : []
        case 'migrate':
          return event.guest === guest.vmid ? [{ kind: 'move', at, to: event.to }] : []
        case 'node-loss': {
          const lost: Change = { kind: 'lost', at, node: event.node }
          const { until } = event
          return until === undefined
            ? [lost]
            : [lost, { kind: 'booted', at: until + BOOT_MS, node: event.node }]
        }
        default:
          return []
      }
    })
    return changes.sort((a, b) => a.at - b.at)
  }
}

type Change =
  | { kind: 'start' | 'stop'; at: number }
  | { kind: 'move'; at: number; to: string }
  | { kind: 'lost' | 'booted'; at: number; node: string }
