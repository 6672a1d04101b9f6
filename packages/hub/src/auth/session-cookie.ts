import { SESSION_MAX_MS } from './sessions.ts'

export const SESSION_COOKIE = 'lumen_session'

/** The Set-Cookie value that hands a session's token to the browser. */
export function sessionCookie(token: string, isSecure: boolean): string {
  return cookie(token, Math.floor(SESSION_MAX_MS / 1_000), isSecure)
}

/** The Set-Cookie value that takes it away. */
export function endedSessionCookie(isSecure: boolean): string {
  return cookie('', 0, isSecure)
}

/** The session token in a Cookie header. */
export function readSessionCookie(header: string | null | undefined): string | undefined {
  if (header === null || header === undefined) return undefined
  for (const part of header.split(';')) {
    const equals = part.indexOf('=')
    if (equals > 0 && part.slice(0, equals).trim() === SESSION_COOKIE) {
      return part.slice(equals + 1).trim() || undefined
    }
  }
  return undefined
}

function cookie(value: string, maxAgeS: number, isSecure: boolean): string {
  const secure = isSecure ? '; Secure' : ''
  return `${SESSION_COOKIE}=${value}; Path=/; Max-Age=${maxAgeS}; HttpOnly; SameSite=Strict${secure}`
}
