import { LIVE_PATH } from '@lumen/protocol/live/subscribe'
import type { LiveStream } from '../../live/live-stream.ts'
import { Refusal } from '../../refusal.ts'
import type { LiveSocketData } from '../live-sockets.ts'
import type { AnyRoute, Router } from '../router.ts'

export const liveRoute: AnyRoute = {
  method: 'GET',
  path: LIVE_PATH,
  auth: 'session',
  summary: 'Live stream (WebSocket)',
}

export function mountLiveRoute(router: Router, live: LiveStream): void {
  router.raw(liveRoute, (c, client) => {
    const { session, user } = router.requireSession(c.req.raw)
    router.requireOwnOrigin(c.req.raw, client)
    if (c.req.header('upgrade')?.toLowerCase() !== 'websocket') {
      throw new Refusal(426, 'websocket_wanted', 'This call is a WebSocket', {
        headers: { upgrade: 'websocket' },
      })
    }
    if (!live.hasRoom(user.id)) {
      throw new Refusal(429, 'too_many_sockets', 'Too many live streams are open for this user', {
        retryAfterS: 5,
      })
    }
    const data: LiveSocketData = { userId: user.id, sessionHash: session.tokenHash, socket: undefined }
    if (!c.env.server.upgrade(c.req.raw, { data })) {
      throw new Refusal(400, 'websocket_malformed', 'The WebSocket handshake is malformed')
    }
    return new Response(null)
  })
}
