// Keeps the app's shell so that an installed Lumen opens at once and says itself when the hub is away. It never
// keeps data: everything under /api/ and every other request passes by. Pages come from the network first, so an
// upgraded hub is seen with the next load; files under /assets/ carry their hash in the name and never change.
// It takes over with the next navigation, not under a page that is loading.
const CACHE = 'lumen-shell-1'

self.addEventListener('install', () => self.skipWaiting())

self.addEventListener('activate', (event) => {
  const clean = async () => {
    const names = await caches.keys()
    await Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)))
  }
  event.waitUntil(clean())
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== self.location.origin) return
  if (request.mode === 'navigate') event.respondWith(page(request))
  else if (url.pathname.startsWith('/assets/')) event.respondWith(asset(request))
})

async function page(request) {
  const cache = await caches.open(CACHE)
  try {
    const answer = await fetch(request)
    const isShell = answer.ok && !answer.redirected && answer.headers.get('content-type')?.includes('text/html')
    if (isShell) {
      const before = await (await cache.match('/'))?.text()
      const now = await answer.clone().text()
      if (before !== undefined && before !== now) await dropAssets(cache)
      await cache.put('/', answer.clone())
    }
    return answer
  } catch {
    return (await cache.match('/')) ?? Response.error()
  }
}

async function asset(request) {
  const cache = await caches.open(CACHE)
  const kept = await cache.match(request)
  if (kept !== undefined) return kept
  const answer = await fetch(request)
  const isPage = answer.headers.get('content-type')?.includes('text/html')
  if (answer.ok && !isPage) await cache.put(request, answer.clone())
  return answer
}

async function dropAssets(cache) {
  for (const request of await cache.keys()) {
    if (new URL(request.url).pathname.startsWith('/assets/')) await cache.delete(request)
  }
}

// Web push: what the hub sends is shown and not kept. The tag is the message's key, so a message that was sent twice is
// shown once. A push without a message this program knows is shown all the same: browsers take the permission back from
// those that receive in silence.
self.addEventListener('push', (event) => event.waitUntil(show(event.data)))

async function show(data) {
  const { title, body, tag, level, at, path } = read(data)
  await self.registration.showNotification(title ?? 'Lumen', {
    body: body ?? 'Something changed. Open Lumen to see what.',
    tag: tag ?? 'lumen',
    icon: '/icon-192.png',
    badge: '/icon-192.png',
    timestamp: at,
    requireInteraction: level === 'critical',
    data: { path: path ?? '/' },
  })
}

function read(data) {
  try {
    return data?.json() ?? {}
  } catch {
    return {}
  }
}

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(open(event.notification.data?.path))
})

// Shows the page in a window that is there, or in a new one; never another site's.
async function open(path) {
  const wanted = new URL(typeof path === 'string' ? path : '/', self.location.origin)
  const url = wanted.origin === self.location.origin ? wanted.href : `${self.location.origin}/`
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const there = windows.find((client) => client.url === url) ?? windows[0]
  if (there === undefined) return self.clients.openWindow(url)
  await there.focus()
  if (there.url === url) return there
  // a window that this worker does not control yet cannot be sent anywhere
  return there.navigate(url).catch(() => self.clients.openWindow(url))
}

// A browser may change its address at the push service; the hub is told the new one, as the person who is logged in.
self.addEventListener('pushsubscriptionchange', (event) => {
  const renew = async () => {
    const options = event.oldSubscription?.options
    const subscription = event.newSubscription ?? (options && (await self.registration.pushManager.subscribe(options)))
    if (!subscription) return
    await fetch('/api/push', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(subscription),
    })
  }
  event.waitUntil(renew())
})
