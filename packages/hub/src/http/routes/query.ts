import { getQuery } from '@lumen/protocol/http/query'
import type { Clock } from '@lumen/std/clock'
import { Turnstile } from '@lumen/std/turnstile'
import type { Tsdb } from '@lumen/tsdb/api'
import type { HostRegistry } from '../../hosts/host-registry.ts'
import type { ImportLedger } from '../../proxmox/import/import-ledger.ts'
import { hostOf, queryHistory } from '../../query/query-history.ts'
import { Refusal } from '../../refusal.ts'
import type { Router } from '../router.ts'

/** A wide answer takes some 150 MB while it is built; a page asks for a dozen narrow ones at once. */
const LIMITS = { atOnce: 2, waiting: 128 }

export function mountQueryRoute(
  router: Router,
  parts: { tsdb: Tsdb; registry: HostRegistry; imports: ImportLedger; clock: Clock },
): void {
  const turnstile = new Turnstile(LIMITS)
  router.readable(getQuery, ({ query }) => {
    if (turnstile.isFull) {
      throw new Refusal(503, 'hub_busy', 'Too many queries wait already', { retryAfterS: 2 })
    }
    return turnstile.run(async () => {
      const answer = await queryHistory(parts, query)
      const imported = parts.imports.within(hostOf(parts.registry, query.host).id, answer)
      if (imported.length === 0) return answer
      return { ...answer, imported: imported.map(({ from, to, stepMs }) => ({ from, to, step_ms: stepMs })) }
    })
  })
}
