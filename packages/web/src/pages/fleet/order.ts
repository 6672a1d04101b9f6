import type { HostSummary } from '@lumen/protocol/http/hosts'
import { type Accessor, untrack } from 'solid-js'
import { createHeldOrder } from '../../live/held-order.ts'
import { arrange, type Wish } from './arrange.ts'

/** Which hosts to show in which order, as ids. */
export function createOrder(
  all: Accessor<readonly HostSummary[] | undefined>,
  wish: Accessor<Wish>,
  isHeld: Accessor<boolean>,
): Accessor<readonly number[]> {
  const hosts = () => untrack(all) ?? []
  return createHeldOrder({
    wish,
    data: all,
    isHeld,
    arrange: () => arrange(hosts(), untrack(wish)).map(({ id }) => id),
    members: () =>
      hosts()
        .map(({ id, state, firing }) => `${id}${state}${firing.critical + firing.warning > 0}`)
        .join(),
    has: (id) => hosts().some((host) => host.id === id),
    isRestless: () => {
      const { sort } = untrack(wish)
      return sort !== 'trouble' && sort !== 'name'
    },
  })
}
