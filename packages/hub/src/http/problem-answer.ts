import type { Problem } from '@lumen/protocol/http/problem'
import type { Refusal } from '../refusal.ts'

const TITLES: Record<number, string> = {
  400: 'Bad request',
  401: 'Not logged in',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Wrong method',
  408: 'Too slow',
  409: 'Conflict',
  413: 'Too large',
  415: 'Unsupported encoding',
  422: 'Nothing could be taken',
  429: 'Too many requests',
  500: 'Fault in the hub',
  503: 'Not available now',
}

/** RFC 9457 answer of a refusal. */
export function problemAnswer(refusal: Refusal): Response {
  const { errors, retryAfterS, extra, headers } = refusal.options
  const problem: Problem & Record<string, unknown> = {
    ...extra,
    type: `urn:lumen:problem:${refusal.code}`,
    title: TITLES[refusal.status] ?? 'Refused',
    status: refusal.status,
    detail: refusal.message,
    code: refusal.code,
  }
  if (errors !== undefined) problem.errors = [...errors]
  if (retryAfterS !== undefined) problem.retry_after_s = retryAfterS
  const answer = new Response(JSON.stringify(problem), {
    status: refusal.status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...headers },
  })
  if (retryAfterS !== undefined) answer.headers.set('retry-after', String(retryAfterS))
  return answer
}
