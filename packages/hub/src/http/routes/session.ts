import { getMe, type Me, postLogin, postLogout, postPassword } from '@lumen/protocol/http/session'
import { getSetup, postSetup } from '@lumen/protocol/http/setup'
import type { Clock } from '@lumen/std/clock'
import {
  DEVICE_COOKIE,
  deviceCookie,
  endedSessionCookie,
  readCookie,
  sessionCookie,
} from '../../auth/cookies.ts'
import { checkPassword, type LoginParts, logIn } from '../../auth/login.ts'
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
  const { setup, sessions, devices, users, hasher, counters, clock } = parts
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
    c.header('set-cookie', deviceCookie(devices.mark(user.id), client.isHttps), { append: true })
    return me(user.name)
  })

  router.open(postLogin, async ({ c, body, client }) => {
    try {
      const mark = readCookie(c.req.header('cookie'), DEVICE_COOKIE)
      const attempt = { ...body, address: client.throttleKey, deviceMark: mark }
      const { user, token, deviceMark } = await logIn(parts, attempt)
      counters.add('logins', 'done')
      c.header('set-cookie', sessionCookie(token, client.isHttps))
      c.header('set-cookie', deviceCookie(deviceMark, client.isHttps), { append: true })
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

  router.private(postPassword, async ({ body, session, user }) => {
    // counted apart from logins: strangers cannot keep somebody who is logged in from changing the password
    const keys = [`password change ${user.id}`]
    await checkPassword(parts, user, body.current, keys).catch((fault: unknown) => {
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
