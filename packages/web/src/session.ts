import type { Me } from '@lumen/protocol/http/session'
import { createSignal } from 'solid-js'
import { calls } from './api/calls.ts'
import { call, setSessionLostHandler } from './api/client.ts'
import { ApiError } from './api/problem.ts'
import { startLive, stopLive } from './live/live.ts'
import { location, matchPath, navigate } from './router.ts'

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
  if (matchPath(location().path).page === 'setup') {
    setSession({ kind: 'out' })
    return
  }
  setSession({ kind: 'loading' })
  try {
    const { needed, me } = await call(calls.getSetup)
    if (me !== null) return enter(me)
    setSession({ kind: 'out' })
    leadIn({ isFirstStart: needed, isWanted: false })
  } catch (thrown) {
    if (!(thrown instanceof ApiError)) throw thrown
    setSession({ kind: 'fault', error: thrown })
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
  stopLive()
  setSession({ kind: 'out' })
  const isFirstStart = await call(calls.getSetup).then(
    (answer) => answer.needed,
    () => false,
  )
  leadIn({ isFirstStart, isWanted: options.isWanted ?? false })
}

/** To setup or log-in, keeping where one wanted to go. */
function leadIn({ isFirstStart, isWanted }: { isFirstStart: boolean; isWanted: boolean }): void {
  const here = location()
  if (here.path === '/setup') return
  if (isFirstStart) {
    navigate('/setup', { replace: true })
    return
  }
  if (here.path === '/login') return
  const query = here.query.toString()
  const next = here.path + (query === '' ? '' : `?${query}`) + window.location.hash
  const isWorthKeeping = !isWanted && next !== '/'
  navigate(isWorthKeeping ? `/login?next=${encodeURIComponent(next)}` : '/login', { replace: true })
}

/** The fault shows elsewhere: the session handler or the banner of the stream. */
function ignoreFault(): void {}
