import type { HostSummary } from '@lumen/protocol/http/hosts'
import type { Problem } from '@lumen/protocol/http/problem'
import type { QueryAnswer } from '@lumen/protocol/http/query'
import { LIVE_PATH } from '@lumen/protocol/live/subscribe'

export const ADMIN = { username: 'admin', password: 'correct horse battery' }

/** The hub said no. */
export class HubProblem extends Error {
  readonly status: number
  readonly problem: Problem | undefined

  constructor(call: string, status: number, problem: Problem | undefined) {
    super(`${call} answered ${status} ${problem?.code ?? ''} ${problem?.detail ?? ''}`)
    this.status = status
    this.problem = problem
  }
}

/** Somebody who uses a hub over HTTP as a browser would: keeps the session cookie, sends its Origin. */
export class HubClient {
  readonly url: string
  #cookie: string | undefined

  constructor(url: string) {
    this.url = new URL(url).origin
  }

  /** The session cookie's value, once logged in; a secret, for tests that look for it where it must not be. */
  get session(): string | undefined {
    return this.#cookie?.split('=')[1]
  }

  /** Makes the first admin, which logs in. */
  setup(code: string, admin = ADMIN): Promise<unknown> {
    return this.call('POST', '/api/setup', { code, ...admin })
  }

  login(who = ADMIN): Promise<unknown> {
    return this.call('POST', '/api/login', who)
  }

  async hosts(): Promise<HostSummary[]> {
    return (await this.call<{ hosts: HostSummary[] }>('GET', '/api/hosts')).hosts
  }

  createHost(name: string): Promise<{ host: HostSummary; token: string }> {
    return this.call('POST', '/api/hosts', { name })
  }

  rotateToken(id: number): Promise<{ host: HostSummary; token: string }> {
    return this.call('POST', `/api/hosts/${id}/rotate`)
  }

  query(query: {
    host: string | number
    metrics: string
    key?: string
    from: number
    to: number
    points?: number
  }): Promise<QueryAnswer> {
    const params = new URLSearchParams()
    for (const [name, value] of Object.entries(query)) params.set(name, String(value))
    return this.call('GET', `/api/query?${params}`)
  }

  /** Any call, with its JSON answer.
   * @throws {HubProblem} when the answer is not 2xx. */
  async call<Answer = unknown>(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(this.url + path, {
      method,
      headers: this.#headers(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(15_000),
    })
    for (const cookie of response.headers.getSetCookie()) {
      if (cookie.startsWith('lumen_session=')) this.#cookie = cookie.split(';')[0]
    }
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json') ?? false
    const answer: unknown = isJson && text !== '' ? JSON.parse(text) : undefined
    if (!response.ok)
      throw new HubProblem(`${method} ${path}`, response.status, answer as Problem | undefined)
    return answer as Answer
  }

  /** The live stream, subscribed to `topics` as soon as it opens. */
  live(topics: string[], onMessage: (message: unknown) => void): WebSocket {
    const options: Bun.WebSocketOptions = { headers: this.#headers({}) }
    const socket = new WebSocket(this.url.replace(/^http/, 'ws') + LIVE_PATH, options as unknown as string[])
    socket.addEventListener('open', () => socket.send(JSON.stringify({ type: 'subscribe', topics })))
    socket.addEventListener('message', ({ data }) => onMessage(JSON.parse(String(data))))
    return socket
  }

  #headers(more: Record<string, string>): Record<string, string> {
    return { origin: this.url, ...(this.#cookie !== undefined && { cookie: this.#cookie }), ...more }
  }
}
