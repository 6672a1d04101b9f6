import type { HostSummary } from '@lumen/protocol/http/hosts'
import { type Accessor, createEffect, createSignal, on, untrack } from 'solid-js'
import { arrange, type Wish } from './arrange.ts'

/** Sorts by a changing number move things at most this often. */
const REST_MS = 10_000

/** Which hosts to show in which order, as ids. What the user asks for is done at once; what the data asks for
 * waits while `isHeld` (the pointer is over a host, or the focus within) and, for sorts by number, for a rest. */
export function createOrder(
  all: Accessor<readonly HostSummary[] | undefined>,
  wish: Accessor<Wish>,
  isHeld: Accessor<boolean>,
): Accessor<readonly number[]> {
  const [ids, setIds] = createSignal<readonly number[]>([], { equals: sameIds })
  let arrangedAt = Number.NEGATIVE_INFINITY
  let arrangedHosts = ''

  const run = (isAsked: boolean) => {
    const hosts = untrack(all) ?? []
    const now = performance.now()
    const { sort } = untrack(wish)
    const members = hosts.map((host) => `${host.id}${host.state}`).join()
    const isResting = sort !== 'trouble' && sort !== 'name' && now - arrangedAt < REST_MS
    const isSameFleet = members === arrangedHosts
    if (!isAsked && isHeld()) return dropGone(hosts)
    if (!isAsked && isSameFleet && isResting) return
    arrangedAt = now
    arrangedHosts = members
    setIds(arrange(hosts, untrack(wish)).map((host) => host.id))
  }
  const dropGone = (hosts: readonly HostSummary[]) => {
    const present = new Set(hosts.map((host) => host.id))
    setIds((before) => before.filter((id) => present.has(id)))
  }
  createEffect(on(wish, () => run(true)))
  createEffect(on([all, isHeld], () => run(false), { defer: true }))
  return ids
}

const sameIds = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((id, index) => id === b[index])
