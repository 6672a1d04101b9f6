import type { HostSummary } from '@lumen/protocol/http/hosts'
import type { FleetSnapshot, FleetUpdate } from '@lumen/protocol/live/message'
import { type Accessor, batch, createSignal, type Setter } from 'solid-js'

/** All hosts as the fleet topic tells them. Each host is a signal of its own, so that an update of one redraws
 * one card; `ids` changes only when hosts come or go. */
export class FleetStore {
  /** Undefined until the first snapshot. In order of creation. */
  readonly ids: Accessor<readonly number[] | undefined>
  /** Rises with every change of any host. */
  readonly revision: Accessor<number>
  readonly #setIds: Setter<readonly number[] | undefined>
  readonly #setRevision: Setter<number>
  readonly #hosts = new Map<number, [Accessor<HostSummary>, Setter<HostSummary>]>()

  constructor() {
    const [ids, setIds] = createSignal<readonly number[] | undefined>(undefined)
    const [revision, setRevision] = createSignal(0)
    this.ids = ids
    this.revision = revision
    this.#setIds = setIds
    this.#setRevision = setRevision
  }

  /** Reactive. Undefined when there is no such host (any more). */
  host(id: number): HostSummary | undefined {
    const known = this.#hosts.get(id)
    // Whoever asks for a host that is not there yet hears of it when it comes.
    if (known === undefined) this.ids()
    return known?.[0]()
  }

  /** All of them, reactive to every change. Undefined until the first snapshot. */
  all(): HostSummary[] | undefined {
    this.revision()
    return this.ids()?.map((id) => this.#hosts.get(id)![0]())
  }

  /** Takes messages in the order they came. Cost: the hosts in them. */
  apply(messages: readonly (FleetSnapshot | FleetUpdate)[]): void {
    if (messages.length === 0) return
    batch(() => {
      const before = this.#hosts.size
      let isSetChanged = this.ids() === undefined
      for (const message of messages) {
        const gone = message.type === 'snapshot' ? this.#missingFrom(message.hosts) : message.removed
        for (const id of gone) isSetChanged = this.#hosts.delete(id) || isSetChanged
        for (const host of message.hosts) this.#put(host)
      }
      if (isSetChanged || this.#hosts.size !== before)
        this.#setIds([...this.#hosts.keys()].sort((a, b) => a - b))
      this.#setRevision((revision) => revision + 1)
    })
  }

  clear(): void {
    batch(() => {
      this.#hosts.clear()
      this.#setIds(undefined)
    })
  }

  #put(host: HostSummary): void {
    const known = this.#hosts.get(host.id)
    if (known === undefined) this.#hosts.set(host.id, createSignal(host))
    else known[1](host)
  }

  #missingFrom(hosts: readonly HostSummary[]): number[] {
    const present = new Set(hosts.map((host) => host.id))
    return [...this.#hosts.keys()].filter((id) => !present.has(id))
  }
}
