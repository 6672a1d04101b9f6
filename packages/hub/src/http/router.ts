import type { Route } from '@lumen/protocol/http/route'
import { type Context, Hono } from 'hono'
import type { z } from 'zod'
import type { ApiKeys } from '../auth/api-keys.ts'
import { readCookie, SESSION_COOKIE } from '../auth/cookies.ts'
import type { Session, Sessions } from '../auth/sessions.ts'
import type { User, Users } from '../auth/users.ts'
import type { ByteBudget } from '../body/byte-budget.ts'
import { parseJson } from '../body/parse-json.ts'
import { readBody } from '../body/read-body.ts'
import { faultsOf } from '../field-fault.ts'
import { Refusal } from '../refusal.ts'
import { type Client, clientOf } from './client.ts'
import type { Networks } from './networks.ts'
import { checkOrigin } from './origin.ts'

export type Env = { Bindings: { server: Bun.Server<unknown> } }
export type AnyRoute = Pick<Route, 'method' | 'path' | 'auth' | 'summary' | 'problems' | 'faultCodes'> & {
  params?: z.ZodType
  query?: z.ZodType
  body?: z.ZodType
  answer?: z.ZodType
}

/** What a handler gets: everything checked. */
export interface Call<P, Q, B> {
  c: Context<Env>
  client: Client
  params: P
  query: Q
  body: B
}

export interface SessionCall<P, Q, B> extends Call<P, Q, B> {
  session: Session
  user: User
}

export interface RouterParts {
  sessions: Sessions
  users: Users
  keys: ApiKeys
  trusted: Networks
  isOwnTls: boolean
  /** `host:port` of --public-url. */
  publicHost: string | null
  /** For bodies of people's calls, apart from pushes': strangers may send them. */
  budget: ByteBudget
}

const MAX_BODY_BYTES = 64 * 1024
/** Of calls anybody may make: a name, a password and a code in the longest spelling. */
const MAX_PUBLIC_BODY_BYTES = 8 * 1024
const BODY_TIMEOUT_MS = 10_000

/** Mounts declared routes: who may call, where the call may come from, how large and of what shape it is, all
 * checked here before a handler runs. */
export class Router {
  readonly hono = new Hono<Env>()
  /** Everything mounted, for the OpenAPI document, 405 answers and tests. */
  readonly routes: AnyRoute[] = []
  readonly #parts: RouterParts

  constructor(parts: RouterParts) {
    this.#parts = parts
  }

  /** For routes declared `public`. */
  open<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType>(
    declared: Route<P, Q, B, A>,
    handler: (call: Call<z.output<P>, z.output<Q>, z.output<B>>) => Promise<z.input<A>> | z.input<A>,
  ): void {
    if (declared.auth !== 'public') throw new TypeError(`${declared.path} is not declared public`)
    this.#mount(declared, async (c, client) => handler(await this.#checked(declared, c, client)))
  }

  /** For routes declared `session`. */
  private<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType>(
    declared: Route<P, Q, B, A>,
    handler: (call: SessionCall<z.output<P>, z.output<Q>, z.output<B>>) => Promise<z.input<A>> | z.input<A>,
  ): void {
    if (declared.auth !== 'session') throw new TypeError(`${declared.path} is not declared for sessions`)
    this.#mount(declared, async (c, client) => {
      const who = this.requireSession(c.req.raw)
      return handler({ ...(await this.#checked(declared, c, client)), ...who })
    })
  }

  /** For routes declared `session-or-key`. */
  readable<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType>(
    declared: Route<P, Q, B, A>,
    handler: (call: Call<z.output<P>, z.output<Q>, z.output<B>>) => Promise<z.input<A>> | z.input<A>,
  ): void {
    if (declared.auth !== 'session-or-key') throw new TypeError(`${declared.path} is not declared for keys`)
    this.#mount(declared, async (c, client) => {
      this.requireReader(c.req.raw)
      return handler(await this.#checked(declared, c, client))
    })
  }

  /** For routes that see to authentication and body themselves (host tokens, sockets, texts). */
  raw(declared: AnyRoute, handler: (c: Context<Env>, client: Client) => Promise<Response> | Response): void {
    this.routes.push(declared)
    this.hono.on(declared.method, declared.path, (c) => handler(c, this.client(c)))
  }

  client(c: Context<Env>): Client {
    const { trusted, isOwnTls } = this.#parts
    const peer = c.env.server.requestIP(c.req.raw)?.address ?? ''
    return clientOf(c.req.raw, peer, trusted, isOwnTls)
  }

  /** @throws {Refusal} 401 `session_missing` */
  requireSession(request: Request): { session: Session; user: User } {
    const found = this.findSession(request)
    if (found !== undefined) return found
    throw new Refusal(401, 'session_missing', 'Log in first: there is no session, or it has ended')
  }

  /** Somebody logged in, or a program with a key.
   * @throws {Refusal} 401 `key_unknown`, `session_missing` */
  requireReader(request: Request): void {
    const header = request.headers.get('authorization')
    if (this.#parts.keys.find(header) !== undefined || this.findSession(request) !== undefined) return
    if (header !== null) {
      throw new Refusal(401, 'key_unknown', 'This is no API key of this hub: Authorization: Bearer lumk_…', {
        headers: { 'www-authenticate': 'Bearer' },
      })
    }
    this.requireSession(request)
  }

  findSession(request: Request): { session: Session; user: User } | undefined {
    const { sessions, users } = this.#parts
    const token = readCookie(request.headers.get('cookie'), SESSION_COOKIE)
    const session = token === undefined ? undefined : sessions.find(token)
    const user = session === undefined ? undefined : users.get(session.userId)
    return session === undefined || user === undefined ? undefined : { session, user }
  }

  /** @throws {Refusal} 403 `origin_foreign` */
  requireOwnOrigin(request: Request, client: Client): void {
    checkOrigin(request.headers, [client.host, this.#parts.publicHost])
  }

  #mount(declared: AnyRoute, handle: (c: Context<Env>, client: Client) => Promise<unknown>): void {
    this.routes.push(declared)
    this.hono.on(declared.method, declared.path, async (c) => {
      const answer = await handle(c, this.client(c))
      return declared.answer === undefined ? c.body(null, 204) : c.json(answer as object)
    })
  }

  async #checked<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType>(
    declared: Route<P, Q, B, A>,
    c: Context<Env>,
    client: Client,
  ): Promise<Call<z.output<P>, z.output<Q>, z.output<B>>> {
    if (declared.method !== 'GET') this.requireOwnOrigin(c.req.raw, client)
    return {
      c,
      client,
      params: check(declared.params, c.req.param(), 'path'),
      query: check(declared.query, c.req.query(), 'query'),
      body:
        declared.body === undefined
          ? (undefined as z.output<B>)
          : check(declared.body, await this.#json(c, declared), 'body', declared.faultCodes),
    }
  }

  async #json(c: Context<Env>, { auth }: AnyRoute): Promise<unknown> {
    const { budget } = this.#parts
    const maxBytes = auth === 'public' ? MAX_PUBLIC_BODY_BYTES : MAX_BODY_BYTES
    return parseJson(await readBody(c.req.raw, { maxBytes, timeoutMs: BODY_TIMEOUT_MS, budget }))
  }
}

/** @throws {Refusal} 400 `request_invalid`, or what `codes` has for the first field's member, naming each field */
function check<S extends z.ZodType>(
  schema: S | undefined,
  value: unknown,
  part: string,
  codes: Readonly<Record<string, string>> = {},
): z.output<S> {
  if (schema === undefined) return undefined as z.output<S>
  const checked = schema.safeParse(value)
  if (checked.success) return checked.data
  const errors = faultsOf(checked.error)
  const first = errors[0]
  const code = codes[first?.path.split(/[.[]/)[0] ?? ''] ?? 'request_invalid'
  throw new Refusal(400, code, `The ${part} is invalid: ${first?.path} ${first?.message}`, {
    errors,
  })
}
