import { PUSH_PATH } from '@lumen/protocol/agent/push'
import { policyOf } from '../../hosts/host-wishes.ts'
import { authenticateHost, type Caller, type GateParts, receive } from '../../ingest/gate.ts'
import { type IngestParts, takePush } from '../../ingest/push.ts'
import { goDuration, takeSnapshot } from '../../ingest/v1/take-snapshot.ts'
import { Refusal } from '../../refusal.ts'
import type { AnyRoute, Router } from '../router.ts'

export const pushRoute: AnyRoute = {
  method: 'POST',
  path: PUSH_PATH,
  auth: 'host-token',
  summary: 'Push frames, facts and events of one host',
  problems: ['push_malformed', 'too_many_frames', 'frames_rejected', 'push_rate', 'backlog_waits'],
}
export const v1IngestRoute: AnyRoute = {
  method: 'POST',
  path: '/api/ingest',
  auth: 'host-token',
  summary: 'One snapshot of the older Go agent; always 204 when it parses',
  problems: ['push_rate'],
}
export const v1PolicyRoute: AnyRoute = {
  method: 'GET',
  path: '/api/agent/policy',
  auth: 'host-token',
  summary: 'The interval wanted of the older Go agent, as Go duration text',
}

/** The calls of agents. They never answer with a redirect: an agent's POST would come back as a GET. */
export function mountAgentRoutes(router: Router, parts: GateParts & IngestParts): void {
  const { counters, clock, registry, settings } = parts

  async function counted(request: Request, serve: (caller: Caller) => Promise<Response>): Promise<Response> {
    try {
      return await serve(authenticateHost(registry, request))
    } catch (fault) {
      if (fault instanceof Refusal) counters.add('push_refusals', fault.code)
      throw fault
    }
  }

  router.raw(pushRoute, (c) => {
    const receivedAt = clock.now()
    return counted(c.req.raw, async (caller) => {
      const take = (body: unknown) => takePush(parts, caller, receivedAt, body)
      return Response.json(await receive(parts, caller, c.req.raw, take))
    })
  })

  router.raw(v1IngestRoute, (c) =>
    counted(c.req.raw, async (caller) => {
      await receive(parts, caller, c.req.raw, async (body) => takeSnapshot(parts, caller, body))
      return new Response(null, { status: 204 })
    }),
  )

  router.raw(v1PolicyRoute, (c) =>
    counted(c.req.raw, async ({ host }) =>
      Response.json({ collection_interval: goDuration(policyOf(settings.policy, host).interval_ms) }),
    ),
  )
}
