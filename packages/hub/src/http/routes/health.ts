import { MINUTE } from '@lumen/model/time'
import { listTroubles } from '@lumen/protocol/http/troubles'
import type { Clock } from '@lumen/std/clock'
import type { Tsdb } from '@lumen/tsdb/api'
import type { HubTrouble } from '../../alerting/hub-troubles.ts'
import type { AnyRoute, Router } from '../router.ts'

export const healthRoute: AnyRoute = {
  method: 'GET',
  path: '/healthz',
  auth: 'public',
  summary: 'The process is up',
}
export const readyRoute: AnyRoute = {
  method: 'GET',
  path: '/readyz',
  auth: 'public',
  summary: 'Storage is open and flushing; 503 with the reason when it is not',
}

/** A flush is due every minute; five without one is a stuck disk. */
const FLUSH_OVERDUE_MS = 5 * MINUTE

export function mountHealthRoutes(
  router: Router,
  { tsdb, clock, troubles }: { tsdb: Tsdb; clock: Clock; troubles(): HubTrouble[] },
): void {
  const startedAt = clock.now()
  router.private(listTroubles, () => ({ troubles: troubles() }))
  router.raw(healthRoute, (c) => c.json({ status: 'up' }))
  router.raw(readyRoute, (c) => {
    const { flushFault, lastFlushAt, pendingFrames } = tsdb.health()
    const isOverdue = pendingFrames > 0 && clock.now() - (lastFlushAt ?? startedAt) > FLUSH_OVERDUE_MS
    const reason = flushFault ?? (isOverdue ? 'the last flush is more than 5 min ago' : null)
    return c.json(
      {
        status: reason === null ? 'ready' : 'degraded',
        reason,
        last_flush_at: lastFlushAt,
        pending_frames: pendingFrames,
      },
      reason === null ? 200 : 503,
    )
  })
}
