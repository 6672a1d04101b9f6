import { Refusal } from '../refusal.ts'
import type { ByteBudget } from './byte-budget.ts'

export interface BodyLimits {
  maxBytes: number
  /** For the whole body, however it drips. */
  timeoutMs: number
  /** Shared by all requests. */
  budget: ByteBudget
}

/** Reads a request's body up to a limit, whatever its headers claim.
 * @throws {Refusal} 413 `body_too_large`, 408 `body_too_slow`, 400 `body_incomplete`, 503 `hub_busy` */
export async function readBody(request: Request, limits: BodyLimits): Promise<Uint8Array> {
  const declared = Number(request.headers.get('content-length') ?? 0)
  if (declared > limits.maxBytes) throw bodyTooLarge(limits.maxBytes)
  if (request.body === null) return new Uint8Array(0)
  const reader = request.body.getReader()
  let taken = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  const deadline = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, limits.timeoutMs, 'late')
  })
  try {
    const chunks: Uint8Array[] = []
    for (;;) {
      const next = await Promise.race([reader.read(), deadline])
      if (next === 'late') {
        throw new Refusal(
          408,
          'body_too_slow',
          `The body did not arrive within ${limits.timeoutMs / 1_000} s`,
        )
      }
      if (next.done) return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
      if (taken + next.value.length > limits.maxBytes) throw bodyTooLarge(limits.maxBytes)
      if (!limits.budget.take(next.value.length)) {
        throw new Refusal(503, 'hub_busy', 'The hub is reading as many large bodies as it can hold', {
          retryAfterS: 2,
        })
      }
      taken += next.value.length
      chunks.push(next.value)
    }
  } catch (fault) {
    reader.cancel().catch(() => {})
    if (fault instanceof Refusal) throw fault
    throw new Refusal(400, 'body_incomplete', 'The body ended before it was complete', { cause: fault })
  } finally {
    clearTimeout(timer)
    limits.budget.give(taken)
  }
}

export function bodyTooLarge(maxBytes: number): Refusal {
  // the connection stays open for the rest to arrive: closed under a client that still sends, it would lose this answer
  return new Refusal(413, 'body_too_large', `The body is larger than the limit of ${maxBytes} bytes`)
}
