import { sha256 } from '../runtime.ts'
import type { SegmentHeader } from './header.ts'

/** What tells whose frames a spool holds: digests of the hub's address and of the token. A spool is ours when one
 * of the two is: a hub may move, a token may be rotated, and what was kept meanwhile still goes there. */
export function spoolOwner(hubUrl: string, token: string): Pick<SegmentHeader, 'hub' | 'token'> {
  return { hub: digest(hubUrl.replace(/\/+$/, '')), token: digest(token) }
}

/** 64 bits of SHA-256. A token has 360 random bits: nothing can be found out from them. */
function digest(text: string): string {
  return sha256(text).slice(0, 16)
}
