import type { z } from 'zod'

/** Who may call: nobody in particular, somebody logged in, a logged-in person or an API key, a host's token. */
export type RouteAuth = 'public' | 'session' | 'session-or-key' | 'host-token'

export interface Route<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Answer extends z.ZodType = z.ZodType,
> {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  /** With `:name` for parameters. */
  path: string
  auth: RouteAuth
  summary: string
  params?: Params
  query?: Query
  body?: Body
  /** Undefined: 204 without a body. */
  answer?: Answer
  /** Codes in place of `request_invalid` where the first fault lies in this member of the body. */
  faultCodes?: Readonly<Record<string, string>>
  /** Problem codes it can answer with, beside the general ones. */
  problems?: readonly string[]
}

/** Declares a call once; the hub mounts it, the web app calls it, the OpenAPI document lists it. */
export function route<
  Params extends z.ZodType = z.ZodUndefined,
  Query extends z.ZodType = z.ZodUndefined,
  Body extends z.ZodType = z.ZodUndefined,
  Answer extends z.ZodType = z.ZodUndefined,
>(declared: Route<Params, Query, Body, Answer>): Route<Params, Query, Body, Answer> {
  return declared
}
