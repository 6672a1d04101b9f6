import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const SOURCE = readFileSync(fileURLToPath(new URL('../public/sw.js', import.meta.url)), 'utf8')
const ORIGIN = 'https://lumen.example'

interface Window {
  url: string
  focused: boolean
  focus(): Promise<void>
  navigate(url: string): Promise<unknown>
}

/** The worker as a browser runs it, with what it did. */
function worker(open: string[] = [], canNavigate = true) {
  const handlers = new Map<string, (event: unknown) => void>()
  const shown: { title: string; options: Record<string, unknown> }[] = []
  const opened: string[] = []
  const posted: { url: string; body: string }[] = []
  const windows = open.map((url): Window => {
    const window: Window = {
      url,
      focused: false,
      focus: async () => {
        window.focused = true
      },
      navigate: async (to) => {
        if (!canNavigate) throw new TypeError('not controlled')
        window.url = to
      },
    }
    return window
  })
  const self = {
    location: { origin: ORIGIN },
    addEventListener: (name: string, handler: (event: unknown) => void) => handlers.set(name, handler),
    registration: {
      showNotification: async (title: string, options: Record<string, unknown>) =>
        shown.push({ title, options }),
      pushManager: {
        subscribe: async (options: unknown) => ({ endpoint: 'https://push.example/new', options }),
      },
    },
    clients: { matchAll: async () => windows, openWindow: async (url: string) => opened.push(url) },
  }
  const fetch = async (url: string, { body }: { body: string }) => posted.push({ url, body })
  new Function('self', 'caches', 'fetch', SOURCE)(self, undefined, fetch)
  const dispatch = async (name: string, event: Record<string, unknown>) => {
    const work: Promise<unknown>[] = []
    handlers.get(name)?.({ ...event, waitUntil: (promise: Promise<unknown>) => work.push(promise) })
    await Promise.all(work)
  }
  return { dispatch, shown, opened, posted, windows }
}

const data = (json: unknown) => ({ json: () => json })
const click = (path?: unknown) => ({ notification: { close() {}, data: { path } } })

test('a push is shown under its key, a grave one until somebody looks', async () => {
  const { dispatch, shown } = worker()
  const message = {
    title: '🔴 Critical: nas: down',
    body: 'nas is down',
    tag: 'key',
    at: 5,
    path: '/hosts/3',
  }
  await dispatch('push', { data: data({ ...message, level: 'critical' }) })
  await dispatch('push', { data: data({ ...message, level: 'over' }) })
  expect(shown[0]).toMatchObject({
    title: message.title,
    options: {
      body: 'nas is down',
      tag: 'key',
      timestamp: 5,
      requireInteraction: true,
      data: { path: '/hosts/3' },
    },
  })
  expect(shown[1]?.options.requireInteraction).toBe(false)
})

test.each([
  null,
  {
    json: () => {
      throw new SyntaxError('no JSON')
    },
  },
])('a push without a message is shown all the same', async (nothing) => {
  const { dispatch, shown } = worker()
  await dispatch('push', { data: nothing })
  expect(shown).toMatchObject([{ title: 'Lumen', options: { tag: 'lumen', data: { path: '/' } } }])
})

test('a click brings the page there, in a window that is open or a new one', async () => {
  const none = worker()
  await none.dispatch('notificationclick', click('/hosts/3'))
  expect(none.opened).toEqual([`${ORIGIN}/hosts/3`])
  const one = worker([`${ORIGIN}/`])
  await one.dispatch('notificationclick', click('/hosts/3'))
  expect(one.windows).toMatchObject([{ url: `${ORIGIN}/hosts/3`, focused: true }])
  expect(one.opened).toEqual([])
  const there = worker([`${ORIGIN}/`, `${ORIGIN}/hosts/3`])
  await there.dispatch('notificationclick', click('/hosts/3'))
  expect(there.windows.map(({ focused }) => focused)).toEqual([false, true])
  const foreign = worker([`${ORIGIN}/`], false)
  await foreign.dispatch('notificationclick', click('/hosts/3'))
  expect(foreign.opened).toEqual([`${ORIGIN}/hosts/3`])
})

test.each(['https://evil.example/x', '//evil.example', undefined, 7])(
  'a click on %p stays on this site',
  async (path) => {
    const { dispatch, opened } = worker()
    await dispatch('notificationclick', click(path))
    expect(opened).toEqual([`${ORIGIN}/`])
  },
)

test('a new address at the push service is told to the hub', async () => {
  const { dispatch, posted } = worker()
  await dispatch('pushsubscriptionchange', { oldSubscription: { options: { userVisibleOnly: true } } })
  expect(posted).toMatchObject([
    { url: '/api/push', body: expect.stringContaining('https://push.example/new') },
  ])
  await dispatch('pushsubscriptionchange', {})
  expect(posted).toHaveLength(1)
})
