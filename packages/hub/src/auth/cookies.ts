import { DAY } from '@lumen/model/time'
import { SESSION_MAX_MS } from './sessions.ts'

export const SESSION_COOKIE = 'lumen_session'
export const DEVICE_COOKIE = 'lumen_device'
const DEVICE_MAX_MS = 365 * DAY

/** The Set-Cookie value that hands a session's token to the browser. */
export function sessionCookie(token: string, isSecure: boolean): string {
  return cookie(SESSION_COOKIE, token, '/', SESSION_MAX_MS, isSecure)
}

/** The Set-Cookie value that takes it away. */
export function endedSessionCookie(isSecure: boolean): string {
  return cookie(SESSION_COOKIE, '', '/', 0, isSecure)
}

/** The Set-Cookie value of a browser's mark (see devices.ts), sent back with logins only. */
export function deviceCookie(mark: string, isSecure: boolean): string {
  return cookie(DEVICE_COOKIE, mark, '/api/login', DEVICE_MAX_MS, isSecure)
}

/** The value of a cookie in a Cookie header; undefined when it is not there or empty. */
export function readCookie(header: string | null | undefined, name: string): string | undefined {
  for (const part of header?.split(';') ?? []) {
    const equals = part.indexOf('=')
    if (equals > 0 && part.slice(0, equals).trim() === name) {
      return part.slice(equals + 1).trim() || undefined
    }
  }
  return undefined
}

function cookie(name: string, value: string, path: string, maxAgeMs: number, isSecure: boolean): string {
  const secure = isSecure ? '; Secure' : ''
  const maxAgeS = Math.floor(maxAgeMs / 1_000)
  return `${name}=${value}; Path=${path}; Max-Age=${maxAgeS}; HttpOnly; SameSite=Strict${secure}`
}
