import type { AgentEvent } from '@lumen/protocol/agent/events'
import { EventLimit, type MachineEvent } from '../event-limit.ts'

/** What of a container is worth an event when it changes. */
export interface ContainerFacts {
  id: string
  name: string
  state: string
  health: string | undefined
  image: string | undefined
  imageId: string | undefined
  restarts: number | undefined
  startedAt: string | undefined
}

type Detail = AgentEvent['detail']

/** Compares what is known of the containers with what was known before: each change of state, health, name, restarts
 * and image is an event. The first time nothing is. A container made anew under its old name, as compose does it, is
 * followed by its name. */
export class ContainerChanges {
  #known: ReadonlyMap<string, ContainerFacts> | undefined
  readonly #limit = new EventLimit('container')

  /** @param at monotonic ms */
  compare(now: readonly ContainerFacts[], at: number): MachineEvent[] {
    const before = this.#known
    const byId = new Map(now.map((facts) => [facts.id, facts]))
    this.#known = byId
    if (before === undefined) return []
    const successors = new Map(now.filter(({ id }) => !before.has(id)).map((facts) => [facts.name, facts]))
    const events: Detail[] = []
    for (const old of before.values()) {
      const same = byId.get(old.id)
      const successor = same ?? successors.get(old.name)
      if (successor === undefined) events.push(change(old, 'state', old.state, 'removed'))
      else events.push(...changes(old, successor))
      if (same === undefined) successors.delete(old.name)
    }
    for (const fresh of successors.values()) events.push(change(fresh, 'state', null, fresh.state))
    return this.#limit.limited(events, at)
  }
}

function changes(old: ContainerFacts, now: ContainerFacts): Detail[] {
  const events: Detail[] = []
  const note = (what: string, from: string | number | undefined, to: string | number | undefined) => {
    if (from !== to) events.push(change(now, what, from ?? null, to ?? null))
  }
  note('name', old.name, now.name)
  note('state', old.state, now.state)
  // A container that stopped has no health any more: its state says so.
  if (now.state === 'running') note('health', old.health, now.health)
  if (old.imageId !== undefined && now.imageId !== undefined && old.imageId !== now.imageId) {
    events.push(change(now, 'image', imageText(old), imageText(now)))
  }
  if (old.restarts !== undefined && now.restarts !== undefined && now.restarts > old.restarts) {
    note('restarts', old.restarts, now.restarts)
  } else if (old.state === now.state && old.startedAt !== undefined && now.startedAt !== undefined) {
    note('started_at', old.startedAt, now.startedAt)
  }
  return events
}

const imageText = ({ image, imageId }: ContainerFacts) =>
  `${image ?? 'unknown'} (${imageId!.replace(/^sha256:/, '').slice(0, 12)})`

function change(
  { id, name }: ContainerFacts,
  what: string,
  from: string | number | null,
  to: string | number | null,
): Detail {
  return { container: name, id: id.slice(0, 12), change: what, from, to }
}
