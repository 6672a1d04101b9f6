import type { PermissionCheck } from './api-shapes.ts'
import type { Timeline } from './timeline.ts'

/** Privileges at a path and below, as `pveum acl modify` gives them. */
export interface Grant {
  path: string
  privileges: readonly string[]
}

export interface TokenSpec {
  /** `USER@REALM!TOKENID`. */
  id: string
  secret: string
  /** With privilege separation a right must be both the token's and the user's. */
  isSeparated: boolean
  grants: readonly Grant[]
  userGrants: readonly Grant[]
}

/** The read-only role people give to monitoring. */
export const AUDITOR: Readonly<Record<8 | 9, readonly string[]>> = {
  8: ['Datastore.Audit', 'Mapping.Audit', 'Pool.Audit', 'SDN.Audit', 'Sys.Audit', 'VM.Audit'],
  9: [
    ...['Datastore.Audit', 'Mapping.Audit', 'Pool.Audit', 'SDN.Audit', 'Sys.Audit', 'VM.Audit'],
    'VM.GuestAgent.Audit',
  ],
}

/** The token of Lumen's documentation: PVEAuditor on `/` for user and token. */
export function auditorToken(major: 8 | 9): TokenSpec {
  const grants = [{ path: '/', privileges: AUDITOR[major] }]
  const secret = '3f1c1d5e-6b2a-4a55-9d0e-7c5b8e2f4a10'
  return { id: 'lumen@pve!hub', secret, isSeparated: true, grants, userGrants: grants }
}

/** What became of an Authorization header. */
export type Login = { kind: 'token'; token: TokenSpec } | { kind: 'refused'; reason: string }

/** What the scheme of the header is, and what stands between token id and secret. */
export const PVE_SCHEME = { name: 'PVEAPIToken', separator: '=' } as const
export const PBS_SCHEME = { name: 'PBSAPIToken', separator: ':' } as const

/** Who a header belongs to, with pveproxy's words where nobody. */
export function logIn(
  header: string | undefined,
  scheme: { name: string; separator: string },
  tokens: readonly TokenSpec[],
  timeline: Timeline,
  ms: number,
): Login {
  const credentials = header?.startsWith(`${scheme.name}=`) ? header.slice(scheme.name.length + 1) : ''
  const split = credentials.indexOf(scheme.separator, credentials.indexOf('!'))
  if (split < 0) return { kind: 'refused', reason: 'No ticket' }
  const id = credentials.slice(0, split)
  const token = tokens.find((candidate) => candidate.id === id)
  if (token === undefined) return { kind: 'refused', reason: `no such token '${id}'` }
  if (timeline.events('token-expiry').some((event) => event.token === id && ms >= event.at))
    return { kind: 'refused', reason: 'token expired' }
  if (credentials.slice(split + 1) !== token.secret)
    return { kind: 'refused', reason: 'invalid token value!' }
  return { kind: 'token', token }
}

/** Rights of one token at one time. */
export class Rights {
  readonly #token: TokenSpec
  readonly #timeline: Timeline
  readonly #ms: number

  constructor(token: TokenSpec, timeline: Timeline, ms: number) {
    this.#token = token
    this.#timeline = timeline
    this.#ms = ms
  }

  /** All it may do at this path. */
  at(path: string): Set<string> {
    const own = granted(this.#token.isSeparated ? this.#token.grants : this.#token.userGrants, path)
    const user = granted(this.#token.userGrants, path)
    const revoked = this.#timeline
      .during('revoke', this.#ms)
      .filter((event) => (event.token ?? this.#token.id) === this.#token.id && isBelow(path, event.path))
      .flatMap((event) => event.privileges)
    return new Set(own.filter((privilege) => user.includes(privilege) && !revoked.includes(privilege)))
  }

  has(path: string, privilege: string): boolean {
    return this.at(path).has(privilege)
  }

  /** Undefined when the check holds, else the message pveproxy gives with its 403. `inPath` fills braces. */
  refusal(check: PermissionCheck, inPath: Readonly<Record<string, string>>): string | undefined {
    if (check[0] === 'or') {
      const isHeld = (check.slice(1) as PermissionCheck[]).some(
        (each) => this.refusal(each, inPath) === undefined,
      )
      return isHeld ? undefined : 'Permission check failed'
    }
    const [, template, privileges, mode] = check
    const path = template.replace(/\{(\w+)\}/g, (_, name: string) => inPath[name] ?? '')
    const held = this.at(path)
    if (mode === 'any') {
      if (privileges.some((privilege) => held.has(privilege))) return undefined
      return `Permission check failed (${path}, ${privileges.join('|')})`
    }
    const missing = privileges.find((privilege) => !held.has(privilege))
    return missing && `Permission check failed (${path}, ${missing})`
  }
}

/** The grants of the nearest path that has any. */
function granted(grants: readonly Grant[], path: string): readonly string[] {
  const nearest = grants
    .filter((grant) => isBelow(path, grant.path))
    .sort((a, b) => b.path.length - a.path.length)[0]
  return nearest?.privileges ?? []
}

function isBelow(path: string, ancestor: string): boolean {
  return ancestor === '/' || path === ancestor || path.startsWith(`${ancestor}/`)
}
