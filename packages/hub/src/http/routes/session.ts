import { getMe, type Me, postLogin, postLogout, postPassword } from '@lumen/protocol/http/session'
import { getSetup, postSetup } from '@lumen/protocol/http/setup'
import type { Clock } from '@lumen/std/clock'
import { checkPassword, type LoginParts, logIn } from '../../auth/login.ts'
import { endedSessionCookie, sessionCookie } from '../../auth/session-cookie.ts'
import { Refusal } from '../../refusal.ts'
import type { Setup } from '../../setup/setup.ts'
import type { Counters } from '../../telemetry/counters.ts'
import type { Router } from '../router.ts'

export interface SessionRouteParts extends LoginParts {
  setup: Setup
  counters: Counters
  clock: Clock
  version: string
  epoch: string
}

export function mountSessionRoutes(router: Router, parts: SessionRouteParts): void {
  const { setup, sessions, users, hasher, counters, clock } = parts
  const me = (username: string): Me => ({
    username,
    hub: { version: parts.version, epoch: parts.epoch, time: clock.now() },
  })

  router.open(getSetup, ({ c }) => {
    const user = router.findSession(c.req.raw)?.user
    return { needed: setup.isNeeded, me: user === undefined ? null : me(user.name) }
  })

  router.open(postSetup, async ({ c, body, client }) => {
    const user = await setup.complete({ ...body, address: client.throttleKey })
    c.header('set-cookie', sessionCookie(await sessions.start(user.id), client.isHttps))
    return me(user.name)
  })

  router.open(postLogin, async ({ c, body, client }) => {
    try {
      const { user, token } = await logIn(parts, { ...body, address: client.throttleKey })
      counters.add('logins', 'done')
      c.header('set-cookie', sessionCookie(token, client.isHttps))
      return me(user.name)
    } catch (fault) {
      if (fault instanceof Refusal) counters.add('logins', fault.code)
      throw fault
    }
  })

  router.private(postLogout, async ({ c, client, session }) => {
    await sessions.end(session)
    c.header('set-cookie', endedSessionCookie(client.isHttps))
    return undefined
  })

  router.private(getMe, ({ user }) => me(user.name))

  router.private(postPassword, async ({ body, client, session, user }) => {
    await checkPassword(parts, {
      username: user.name,
      password: body.current,
      address: client.throttleKey,
    }).catch((fault: unknown) => {
      throw fault instanceof Refusal && fault.code === 'login_failed' ? currentIsWrong() : fault
    })
    await users.setPassword(user, await hasher.hash(body.password))
    await sessions.endOfUser(user.id, session)
    return undefined
  })
}

/** 403, because 401 would tell the page that its session is over. */
function currentIsWrong(): Refusal {
  return new Refusal(403, 'login_failed', 'The current password is wrong', {
    errors: [{ path: 'current', message: 'is wrong' }],
  })
}
