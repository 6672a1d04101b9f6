import { errorCode, errorMessage } from '@lumen/std/error'
import type { Log } from '@lumen/std/log'
import type { Context } from 'hono'
import { Refusal } from '../refusal.ts'
import type { Counters } from '../telemetry/counters.ts'
import { problemAnswer } from './problem-answer.ts'
import type { Env, Router } from './router.ts'
import { addSecurityHeaders } from './security-headers.ts'
import type { WebApp } from './web-app.ts'

export interface AppParts {
  router: Router
  webApp: WebApp
  counters: Counters
  log: Log
  isOwnTls: boolean
}

/** Finishes the app around the mounted routes: headers, problems, wrong methods, unknown calls, the web app. */
export function finishApp({ router, webApp, counters, log, isOwnTls }: AppParts): void {
  const { hono, routes } = router
  for (const path of new Set(routes.map((route) => route.path))) {
    const methods = routes.filter((route) => route.path === path).map((route) => route.method)
    const allow = methods.includes('GET') ? [...methods, 'HEAD'] : methods
    hono.all(path, () => {
      throw new Refusal(405, 'method_wrong', `This call takes ${allow.join(', ')}`, {
        headers: { allow: allow.join(', ') },
      })
    })
  }
  const answerFault = (fault: unknown, c: Context<Env>): Response => {
    if (fault instanceof Refusal) return problemAnswer(fault)
    if (errorCode(fault) === 'control_db_write_failed') {
      log.error('control.db refuses writes', { fault: errorMessage(fault) })
      return problemAnswer(
        new Refusal(503, 'storage_refuses', 'The hub cannot write to its disk at the moment'),
      )
    }
    counters.add('faults')
    log.error('request failed', { method: c.req.method, route: c.req.routePath, fault: errorMessage(fault) })
    return problemAnswer(new Refusal(500, 'fault', 'The hub failed on this request; its log says more'))
  }
  hono.notFound((c) => {
    if (/^\/api(\/|$)/.test(c.req.path)) {
      return problemAnswer(new Refusal(404, 'call_unknown', 'This hub has no such call'))
    }
    return webApp.answer(c.req.raw, c.req.path)
  })
  hono.onError((fault, c) => {
    const answer = answerFault(fault, c)
    addSecurityHeaders(answer.headers, isOwnTls)
    return answer
  })
}
