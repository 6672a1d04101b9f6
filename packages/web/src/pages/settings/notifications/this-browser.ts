/** What this browser can do about notifications, before it is known whether it does. */
export type PushAbility = 'insecure' | 'unsupported' | 'denied' | 'able'

/** What of the browser decides that. */
export interface PushEnvironment {
  isSecure: boolean
  hasWorker: boolean
  hasPush: boolean
  permission: NotificationPermission | undefined
}

export function abilityOf({ isSecure, hasWorker, hasPush, permission }: PushEnvironment): PushAbility {
  if (!isSecure) return 'insecure'
  if (!hasWorker || !hasPush || permission === undefined) return 'unsupported'
  return permission === 'denied' ? 'denied' : 'able'
}

export const environment = (): PushEnvironment => ({
  isSecure: window.isSecureContext,
  hasWorker: 'serviceWorker' in navigator,
  hasPush: 'PushManager' in window,
  permission: 'Notification' in window ? Notification.permission : undefined,
})

/** The worker that shows messages; undefined when none was registered. */
async function pushManager(): Promise<PushManager | undefined> {
  return (await navigator.serviceWorker.getRegistration())?.pushManager
}

export async function ownSubscription(): Promise<PushSubscription | null> {
  return (await (await pushManager())?.getSubscription()) ?? null
}

/** Asks the user and the browser's push service. Undefined: the user said no.
 * @throws {Error} the push service cannot be reached, or there is no worker. */
export async function subscribe(publicKey: string): Promise<PushSubscription | undefined> {
  if ((await Notification.requestPermission()) !== 'granted') return undefined
  const manager = await pushManager()
  if (manager === undefined) throw new Error('the worker of this page is missing; reload the page')
  // One made with the key of another hub is worth nothing to this one.
  await (await manager.getSubscription())?.unsubscribe()
  return manager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(publicKey) })
}

/** base64url as bytes. */
export function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const plain = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0))
}

/** By this the hub and a browser agree which device is meant without telling its address. */
export async function digestOf(endpoint: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(endpoint))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
