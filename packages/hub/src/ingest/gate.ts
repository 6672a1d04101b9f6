import { MAX_PUSH_BYTES } from '@lumen/protocol/agent/push'
import { secretHash } from '../auth/secret-hash.ts'
import type { ByteBudget } from '../body/byte-budget.ts'
import { decodeBody, decodeUpTo } from '../body/decode-body.ts'
import { parseJson } from '../body/parse-json.ts'
import { readBody } from '../body/read-body.ts'
import type { HostRecord } from '../hosts/host-record.ts'
import type { HostRegistry } from '../hosts/host-registry.ts'
import { bearerToken } from '../hosts/host-token.ts'
import { Refusal } from '../refusal.ts'
import type { LargeBodies } from './large-bodies.ts'
import type { PushLimiter } from './push-limiter.ts'

/** Who pushes, established before anything of the body is read. */
export interface Caller {
  host: HostRecord
  tokenHash: string
}

export interface GateParts {
  registry: HostRegistry
  limiter: PushLimiter
  budget: ByteBudget
  bodyTimeoutMs: number
  largeBodies: LargeBodies
}

/** A live push is smaller, a part of a backlog larger. */
const LARGE_BYTES = 64 * 1024

/** The host of a request's token. Looks at the head of the request only.
 * @throws {Refusal} 401 `token_missing`, `token_unknown` */
export function authenticateHost(registry: HostRegistry, request: Request): Caller {
  const header = request.headers.get('authorization')
  const token = bearerToken(header)
  const host = token === undefined ? undefined : registry.authenticate(token)
  if (token === undefined || host === undefined) {
    throw new Refusal(
      401,
      header === null ? 'token_missing' : 'token_unknown',
      header === null
        ? 'A host token is wanted: Authorization: Bearer lum_…'
        : 'This token belongs to no host: it was mistyped, rotated or its host deleted',
      { headers: { 'www-authenticate': 'Bearer' } },
    )
  }
  return { host, tokenHash: secretHash(token) }
}

/** Reads, decodes and parses the body of an authenticated push and hands it to `take`.
 * The token is checked again after reading: it may have been rotated meanwhile. */
export async function receive<T>(
  { registry, limiter, budget, bodyTimeoutMs, largeBodies }: GateParts,
  { host, tokenHash }: Caller,
  request: Request,
  take: (body: unknown) => Promise<T>,
): Promise<T> {
  limiter.begin(host.id)
  let decodedBytes = 0
  try {
    const body = await readBody(request, { maxBytes: MAX_PUSH_BYTES, timeoutMs: bodyTimeoutMs, budget })
    const encoding = request.headers.get('content-encoding')
    const taken = (decoded: Uint8Array) => {
      decodedBytes = decoded.length
      if (!registry.isCurrent(host, tokenHash)) throw tokenEnded()
      return take(parseJson(decoded))
    }
    const small = decodeUpTo(body, encoding, LARGE_BYTES)
    if (small !== undefined) return await taken(small)
    return await largeBodies.run(body, () => decodeBody(body, encoding, MAX_PUSH_BYTES), taken)
  } finally {
    limiter.end(host.id, decodedBytes)
  }
}

export function tokenEnded(): Refusal {
  return new Refusal(401, 'token_unknown', 'This token ended while the push was under way', {
    headers: { 'www-authenticate': 'Bearer' },
  })
}
