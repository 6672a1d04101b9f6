import { type Accessor, createMemo, createSignal } from 'solid-js'

export type Page =
  | 'fleet'
  | 'host'
  | 'containers'
  | 'proxmox'
  | 'alerts'
  | 'settings'
  | 'login'
  | 'setup'
  | 'not-found'
export interface Location {
  path: string
  query: URLSearchParams
}
export interface Match {
  page: Page
  /** Of `/hosts/:id`. */
  id: number | null
  /** Of `/settings/:section` and `/alerts/:section`. */
  section: string | null
  /** Of `/alerts/rules/:item`. */
  item: string | null
}

const [current, setCurrent] = createSignal<Location>({ path: '/', query: new URLSearchParams() })

/** Where the browser is. */
export const location = current

/** Which page an address stands for. */
export function matchPath(path: string): Match {
  const plain = path.length > 1 ? path.replace(/\/+$/, '') : path
  const found = (page: Page, rest: Partial<Match> = {}): Match => ({
    page,
    id: null,
    section: null,
    item: null,
    ...rest,
  })
  if (plain === '/' || plain === '') return found('fleet')
  if (plain === '/containers') return found('containers')
  if (plain === '/proxmox') return found('proxmox')
  if (plain === '/login') return found('login')
  if (plain === '/setup') return found('setup')
  const settings = /^\/settings(?:\/([a-z-]+))?$/.exec(plain)
  if (settings !== null) return found('settings', { section: settings[1] ?? null })
  const alerts = /^\/alerts(?:\/([a-z]+)(?:\/(new|\d{1,15}))?)?$/.exec(plain)
  if (alerts !== null) return found('alerts', { section: alerts[1] ?? null, item: alerts[2] ?? null })
  const host = /^\/hosts\/(\d{1,15})$/.exec(plain)
  if (host !== null) return found('host', { id: Number(host[1]) })
  return found('not-found')
}

/** Something that would be lost by leaving: told where to, it says whether to stay. */
export type LeaveGuard = (to: string) => boolean
let guard: LeaveGuard | null = null
let address = ''

/** One guard at a time; null takes it away. */
export function setLeaveGuard(next: LeaveGuard | null): void {
  guard = next
}

/** Listens to Back and Forward and to clicks on links within the app. */
export function startRouter(): void {
  readLocation()
  addEventListener('popstate', () => {
    const to = hereOf(window.location)
    // The browser has gone there already: what is to stay becomes a step of its own.
    if (isOtherPage(to) && guard?.(to)) history.pushState(null, '', address)
    else readLocation()
  })
  document.addEventListener('click', (event) => {
    const target = linkTarget(event)
    if (target === undefined) return
    event.preventDefault()
    navigate(target)
  })
}

/** Goes to an address within the app. `replace` leaves no step for Back. */
export function navigate(to: string, options: { replace?: boolean } = {}): void {
  if (isOtherPage(to) && guard?.(to)) return
  const samePlace = to.split('#')[0] === window.location.pathname + window.location.search
  if (options.replace || samePlace) history.replaceState(null, '', to)
  else history.pushState(null, '', to)
  const before = current().path
  readLocation()
  if (current().path !== before) scrollTo(0, 0)
}

/** One name of the query string as a signal: reading follows the address, writing changes it.
 * `push` makes each change a step for Back. The default is left out of the address. */
export function createQueryState<T extends string>(
  name: string,
  fallback: T,
  options: { push?: boolean; isValid?: (text: string) => boolean } = {},
): [Accessor<T>, (next: T) => void] {
  const read = createMemo(() => {
    const text = current().query.get(name)
    return text !== null && (options.isValid?.(text) ?? true) ? (text as T) : fallback
  })
  return [read, (next) => setQuery({ [name]: next === fallback ? null : next }, options)]
}

/** Sets several names of the query string at once; null removes one. */
export function setQuery(
  changes: Readonly<Record<string, string | null>>,
  options: { push?: boolean } = {},
): void {
  const query = new URLSearchParams(current().query)
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) query.delete(name)
    else query.set(name, value)
  }
  const text = query.toString()
  navigate(text === '' ? current().path : `${current().path}?${text}`, { replace: !options.push })
}

const hereOf = ({ pathname, search, hash }: typeof window.location) => pathname + search + hash
const isOtherPage = (to: string) => to.split(/[?#]/)[0] !== current().path

function readLocation(): void {
  address = hereOf(window.location)
  setCurrent({
    path: window.location.pathname,
    query: new URLSearchParams(window.location.search),
  })
}

function linkTarget(event: MouseEvent): string | undefined {
  if (event.defaultPrevented || event.button !== 0) return undefined
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return undefined
  const link = (event.target as Element | null)?.closest?.('a')
  if (link == null || link.target !== '' || link.hasAttribute('download')) return undefined
  const url = new URL(link.href, window.location.href)
  if (url.origin !== window.location.origin || url.pathname.startsWith('/api/')) return undefined
  if (url.hash !== '' && url.pathname === window.location.pathname) return undefined
  return url.pathname + url.search + url.hash
}
