import type { Route } from '@lumen/protocol/http/route'
import type { z } from 'zod'
import type { Call } from './calls.ts'
import { ApiError, toApiError } from './problem.ts'

type Part<R extends Route, K extends 'params' | 'query' | 'body'> = NonNullable<R[K]>
type Shape<T> = T extends z.ZodUndefined ? never : T extends z.ZodType ? z.output<T> : never
/** `{ params, query, body }` with exactly those the route declares. */
export type Input<R extends Route> = {
  [K in 'params' | 'query' | 'body' as Shape<Part<R, K>> extends never ? never : K]: Shape<Part<R, K>>
}
export type Answer<R extends Route> =
  Shape<NonNullable<R['answer']>> extends never ? undefined : Shape<NonNullable<R['answer']>>

type Arguments<R extends Route> = keyof Input<R> extends never
  ? [input?: undefined, signal?: AbortSignal]
  : [Input<R>, AbortSignal?]

interface LooseInput {
  params?: Record<string, unknown>
  query?: Record<string, unknown>
  body?: unknown
}

let onSessionLost: () => void = () => {}

/** What to do when the hub says that nobody is logged in (any more). */
export function setSessionLostHandler(handler: () => void): void {
  onSessionLost = handler
}

/** Calls the hub. The answer is trusted: the hub made it from the same declaration.
 * @throws {ApiError} the hub's problem, or `network` when there was no answer. An aborted call rejects with
 * the signal's reason. */
export async function call<R extends Route>(target: Call<R>, ...args: Arguments<R>): Promise<Answer<R>> {
  const [input, signal] = args as [LooseInput | undefined, AbortSignal | undefined]
  const response = await send(target.method, addressOf(target.path, input), input?.body, signal)
  if (response.ok) return (response.status === 204 ? undefined : await response.json()) as Answer<R>
  const error = await toApiError(response)
  if (error.status === 401 && error.code !== 'login_failed') onSessionLost()
  throw error
}

/** Path with parameters filled in and a query string of those that are set. */
export function addressOf(path: string, input: Pick<LooseInput, 'params' | 'query'> | undefined): string {
  const filled = path.replace(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(String(input?.params?.[name] ?? '')),
  )
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(input?.query ?? {})) {
    if (value !== undefined && value !== null) query.set(name, String(value))
  }
  const text = query.toString()
  return text === '' ? filled : `${filled}?${text}`
}

async function send(
  method: string,
  address: string,
  body: unknown,
  signal: AbortSignal | undefined,
): Promise<Response> {
  try {
    return await fetch(address, {
      method,
      credentials: 'same-origin',
      headers:
        body === undefined
          ? { accept: 'application/json' }
          : { accept: 'application/json', 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    })
  } catch (cause) {
    if (signal?.aborted) throw cause
    throw new ApiError(0, 'network', 'The hub did not answer. Is it running, and is this device online?')
  }
}
