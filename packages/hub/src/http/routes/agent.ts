import { PUSH_PATH } from '@lumen/protocol/agent/push'
import { authenticateHost, type GateParts, receive } from '../../ingest/gate.ts'
import { type IngestParts, takePush } from '../../ingest/push.ts'
import { Refusal } from '../../refusal.ts'
import type { AnyRoute, Router } from '../router.ts'

export const pushRoute: AnyRoute = {
  method: 'POST',
  path: PUSH_PATH,
  auth: 'host-token',
  summary: 'Push frames, facts and events of one host',
}

export function mountAgentRoutes(router: Router, parts: GateParts & IngestParts): void {
  const { counters, clock, registry } = parts

  router.raw(pushRoute, async (c) => {
    const receivedAt = clock.now()
    try {
      const caller = authenticateHost(registry, c.req.raw)
      return c.json(
        await receive(parts, caller, c.req.raw, (body) => takePush(parts, caller, receivedAt, body)),
      )
    } catch (fault) {
      if (fault instanceof Refusal) counters.add('push_refusals', fault.code)
      throw fault
    }
  })
}
