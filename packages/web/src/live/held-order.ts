import { type Accessor, createEffect, createSignal, on, untrack } from 'solid-js'

/** Sorts by a changing number move things at most this often. */
const REST_MS = 10_000

export interface OrderOptions<Id> {
  /** What the user asks for; a change of it is done at once. */
  wish: Accessor<unknown>
  /** What changes by itself. */
  data: Accessor<unknown>
  /** The wanted ids in the wanted order. */
  arrange: () => readonly Id[]
  /** Ids with what must show in their place at once (a state), as one text. */
  members: () => string
  has: (id: Id) => boolean
  /** The pointer is over the list, or the focus within. */
  isHeld: Accessor<boolean>
  /** The order hangs on numbers that change all the time. */
  isRestless: () => boolean
}

/** An order of a live list that does not move under the hand. What the data asks for waits while the list is held,
 * and in restless orders for a rest; what is gone goes at once. */
export function createHeldOrder<Id>(options: OrderOptions<Id>): Accessor<readonly Id[]> {
  const { wish, data, isHeld } = options
  const [ids, setIds] = createSignal<readonly Id[]>([], {
    equals: (a, b) => a.length === b.length && a.every((id, i) => id === b[i]),
  })
  let arrangedAt = Number.NEGATIVE_INFINITY
  let arranged = ''

  const run = (isAsked: boolean) => {
    if (!isAsked && isHeld()) {
      setIds((before) => before.filter((id) => options.has(id)))
      return
    }
    const now = performance.now()
    const members = options.members()
    if (!isAsked && members === arranged && options.isRestless() && now - arrangedAt < REST_MS) return
    arrangedAt = now
    arranged = members
    setIds(options.arrange())
  }
  createEffect(on(wish, () => run(true)))
  createEffect(on([data, isHeld], () => untrack(() => run(false)), { defer: true }))
  return ids
}
