import { getQuery } from '@lumen/protocol/http/query'
import { Turnstile } from '@lumen/std/turnstile'
import type { Tsdb } from '@lumen/tsdb/api'
import type { HostRegistry } from '../../hosts/host-registry.ts'
import { queryHistory } from '../../query/query-history.ts'
import { Refusal } from '../../refusal.ts'
import type { Router } from '../router.ts'

/** A wide answer takes some 150 MB while it is built; a page asks for a dozen narrow ones at once. */
const LIMITS = { atOnce: 2, waiting: 128 }

export function mountQueryRoute(router: Router, parts: { tsdb: Tsdb; registry: HostRegistry }): void {
  const turnstile = new Turnstile(LIMITS)
  router.private(getQuery, ({ query }) => {
    if (turnstile.isFull) {
      throw new Refusal(503, 'hub_busy', 'Too many queries wait already', { retryAfterS: 2 })
    }
    return turnstile.run(() => queryHistory(parts, query))
  })
}
