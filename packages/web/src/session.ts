import type { Me } from '@lumen/protocol/http/session'
import { createSignal } from 'solid-js'
import { calls } from './api/calls.ts'
import { call, setSessionLostHandler } from './api/client.ts'
import { ApiError } from './api/problem.ts'
import { startLive, stopLive } from './live/live.ts'
import { location, navigate } from './router.ts'

export type SessionState =
  | { kind: 'loading' }
  | { kind: 'out' }
  | { kind: 'in'; me: Me }
  | { kind: 'fault'; error: ApiError }

const [session, setSession] = createSignal<SessionState>({ kind: 'loading' })

/** Who is logged in, as far as known. */
export { session }

/** Asks the hub who is logged in and leads to log-in or setup when nobody is. */
export async function startSession(): Promise<void> {
  setSessionLostHandler(() => void leave())
  setSession({ kind: 'loading' })
  try {
    enter(await call(calls.getMe))
  } catch (thrown) {
    if (!(thrown instanceof ApiError)) throw thrown
    if (thrown.status !== 401) setSession({ kind: 'fault', error: thrown })
  }
}

/** Takes the answer of a log-in or setup. */
export function enter(me: Me): void {
  setSession({ kind: 'in', me })
  startLive(() => void call(calls.getMe).catch(ignoreFault))
}

export async function logOut(): Promise<void> {
  await call(calls.postLogout).catch(ignoreFault)
  await leave({ isWanted: true })
}

/** Where to go after logging in: the page asked for, only ever within the app. */
export function pageAfterLogin(): string {
  const next = location().query.get('next')
  return next?.startsWith('/') && !next.startsWith('//') && !next.includes('\\') ? next : '/'
}

async function leave(options: { isWanted?: boolean } = {}): Promise<void> {
  if (session().kind === 'out') return
  const here = location()
  stopLive()
  setSession({ kind: 'out' })
  if (here.path === '/setup') return
  const isFirstStart = await call(calls.getSetup).then(
    (answer) => answer.needed,
    () => false,
  )
  if (isFirstStart) return navigate('/setup', { replace: true })
  if (here.path === '/login') return
  const query = here.query.toString()
  const next = here.path + (query === '' ? '' : `?${query}`)
  const isWorthKeeping = !options.isWanted && next !== '/'
  navigate(isWorthKeeping ? `/login?next=${encodeURIComponent(next)}` : '/login', { replace: true })
}

/** The fault shows elsewhere: the session handler or the banner of the stream. */
function ignoreFault(): void {}
