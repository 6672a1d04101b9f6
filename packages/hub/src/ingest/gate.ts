import { MAX_PUSH_BYTES } from '@lumen/protocol/agent/push'
import type { Turnstile } from '@lumen/std/turnstile'
import { secretHash } from '../auth/secret-hash.ts'
import type { ByteBudget } from '../body/byte-budget.ts'
import { decodeBody } from '../body/decode-body.ts'
import { parseJson } from '../body/parse-json.ts'
import { readBody } from '../body/read-body.ts'
import type { HostRecord } from '../hosts/host-record.ts'
import type { HostRegistry } from '../hosts/host-registry.ts'
import { bearerToken } from '../hosts/host-token.ts'
import { Refusal, tooMany } from '../refusal.ts'
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
  /** Large pushes one after the other: parsed they take ten times their size. */
  largeBodies: Turnstile
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
    const decoded = decodeBody(body, request.headers.get('content-encoding'), MAX_PUSH_BYTES)
    decodedBytes = decoded.length
    if (!registry.isCurrent(host, tokenHash)) throw tokenEnded()
    if (decoded.length < LARGE_BYTES) return await take(parseJson(decoded))
    if (largeBodies.isFull) throw tooMany('push_rate', 'Too many large pushes wait already', 2)
    return await largeBodies.run(() => {
      if (!registry.isCurrent(host, tokenHash)) throw tokenEnded()
      return take(parseJson(decoded))
    })
  } finally {
    limiter.end(host.id, decodedBytes)
  }
}

export function tokenEnded(): Refusal {
  return new Refusal(401, 'token_unknown', 'This token ended while the push was under way', {
    headers: { 'www-authenticate': 'Bearer' },
  })
}
