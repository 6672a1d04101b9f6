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

/** Set on this device while somebody is logged in: no secret, it only says which question to ask first. */
const HINT_KEY = 'lumen.session'

/** Asks the hub who is logged in and leads to log-in or setup when nobody is. */
export async function startSession(): Promise<void> {
  setSessionLostHandler(() => void leave())
  if (matchPath(location().path).page === 'setup') {
    setSession({ kind: 'out' })
    return
  }
  setSession({ kind: 'loading' })
  try {
    if (!hasHint() && (await call(calls.getSetup)).needed) {
      setSession({ kind: 'out' })
      return navigate('/setup', { replace: true })
    }
    if (!hasHint() && location().path === '/login') {
      setSession({ kind: 'out' })
      return
    }
    enter(await call(calls.getMe))
  } catch (thrown) {
    if (!(thrown instanceof ApiError)) throw thrown
    if (thrown.status !== 401) setSession({ kind: 'fault', error: thrown })
  }
}

/** Takes the answer of a log-in or setup. */
export function enter(me: Me): void {
  setHint(true)
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
  setHint(false)
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

function hasHint(): boolean {
  try {
    return localStorage.getItem(HINT_KEY) !== null
  } catch {
    return true
  }
}

function setHint(isIn: boolean): void {
  try {
    if (isIn) localStorage.setItem(HINT_KEY, '1')
    else localStorage.removeItem(HINT_KEY)
  } catch {
    // Storage is off: the first question is always who is logged in.
  }
}

/** The fault shows elsewhere: the session handler or the banner of the stream. */
function ignoreFault(): void {}
