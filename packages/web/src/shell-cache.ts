const RELOADED_KEY = 'lumen.reloaded'
/** A second missing part so soon is not an upgrade but a fault: the page's error boundary shows it. */
const RELOAD_REST_MS = 30_000

/** Keeps the app's shell on this device (public/sw.js), where the browser allows it, and loads the page anew when
 * a part of it is gone because the hub was upgraded under it. */
export function startShell(): void {
  addEventListener('vite:preloadError', (event) => {
    if (!mayReload()) return
    event.preventDefault()
    window.location.reload()
  })
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  addEventListener('load', () => {
    navigator.serviceWorker.register('/sw.js').catch((thrown: unknown) => {
      console.info('The app shell is not kept on this device:', thrown)
    })
  })
}

function mayReload(): boolean {
  try {
    const last = Number(sessionStorage.getItem(RELOADED_KEY) ?? 0)
    if (Date.now() - last < RELOAD_REST_MS) return false
    sessionStorage.setItem(RELOADED_KEY, String(Date.now()))
    return true
  } catch {
    return false
  }
}
