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
