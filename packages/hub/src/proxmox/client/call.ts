import type { z } from 'zod'

/** Names in braces in a path. */
export type PathNames<P extends string> = P extends `${string}{${infer N}}${infer R}`
  ? N | PathNames<R>
  : never

/** A right a call needs. `path` may hold the call's names in braces. */
export interface Right {
  path: string
  /** Any of them will do. */
  privileges: readonly string[]
}

/** One of the GET calls Lumen may make, all there is to know about it. */
export interface ApiCall<
  P extends string = string,
  Q extends string = string,
  S extends z.ZodType = z.ZodType,
  L extends boolean = boolean,
> {
  /** Under `/api2/json`. */
  path: P
  query: readonly Q[]
  /** Of the answer, or of each row of it. */
  schema: S
  isList: L
  timeoutMs: number
  maxBytes: number
  /** `null`: whoever is logged in; what he may not see is left out of the answer. */
  right: Right | null
}

export type Answer<C extends ApiCall> = C['isList'] extends true
  ? z.output<C['schema']>[]
  : z.output<C['schema']>
export type Params<C extends ApiCall> = Readonly<Record<PathNames<C['path']>, string | number>>
export type Query<C extends ApiCall> = Readonly<Partial<Record<C['query'][number], string | number>>>

type Bounds = { timeoutMs?: number; maxBytes?: number }
type Needs = { query?: readonly string[]; right?: Right }

const MIB = 1024 * 1024
const TIMEOUT_MS = 10_000
const MAX_BYTES = 4 * MIB

/** A call that answers a list. */
export function list<const P extends string, S extends z.ZodType, const N extends Needs>(
  path: P,
  schema: S,
  more: N & Bounds,
): ApiCall<P, QueryOf<N>, S, true> {
  return { ...of(path, schema, more), isList: true }
}

/** A call that answers one object. */
export function one<const P extends string, S extends z.ZodType, const N extends Needs>(
  path: P,
  schema: S,
  more: N & Bounds,
): ApiCall<P, QueryOf<N>, S, false> {
  return { ...of(path, schema, more), isList: false }
}

type QueryOf<N extends Needs> = N['query'] extends readonly (infer Q extends string)[] ? Q : never

function of<P extends string, S extends z.ZodType, N extends Needs>(path: P, schema: S, more: N & Bounds) {
  return {
    ...{ path, schema },
    query: (more.query ?? []) as readonly QueryOf<N>[],
    timeoutMs: more.timeoutMs ?? TIMEOUT_MS,
    maxBytes: more.maxBytes ?? MAX_BYTES,
    right: more.right ?? null,
  }
}

/** Path and query as they go over the wire. */
export function targetOf<C extends ApiCall>(call: C, params: Params<C>, query?: Query<C>): string {
  const path = fill(call.path, params, encodeURIComponent)
  const search = new URLSearchParams()
  for (const name of call.query) {
    const value = query?.[name as C['query'][number]]
    if (value !== undefined) search.set(name, String(value))
  }
  const text = search.toString()
  return `/api2/json${path}${text === '' ? '' : `?${text}`}`
}

/** A template with its names replaced. */
export function fill(
  template: string,
  params: Readonly<Record<string, string | number>>,
  encode: (value: string) => string = String,
): string {
  return template.replace(/\{([^}]+)\}/g, (_, key: string) => encode(String(params[key] ?? '')))
}
