import type { Ack } from '@lumen/protocol/agent/ack'
import { PUSH_PATH } from '@lumen/protocol/agent/limits'
import { errorMessage, LumenError } from '@lumen/std/error'
import { maybeJson } from '@lumen/std/maybe-json'
import { takesCertificates } from '../runtime.ts'
import { checkAck } from './check-ack.ts'
import { type EncodedBody, encodeBody } from './encode-body.ts'
import type { Pin } from './pin.ts'
import type { PinnedConnection } from './pinned-connection.ts'

/** How one push ended. */
export type PushAnswer =
  /** The hub answered with an ack: 200, or a problem that carries one. `isWhole` is false for the latter. */
  | { kind: 'ack'; ack: Ack; isWhole: boolean }
  /** The hub will not take this body as it is (400, 413, 422 without an ack). */
  | { kind: 'refused'; status: number; reason: string }
  | { kind: 'unauthorized'; status: number }
  /** 429 or 503. */
  | { kind: 'busy'; status: number; retryAfterMs: number | undefined }
  | { kind: 'failed'; reason: string }

export type Refusal = Extract<PushAnswer, { kind: 'refused' }>
export type Failure = Exclude<PushAnswer, { kind: 'ack' | 'refused' }>

export interface PushTransport {
  /** Never rejects. `onHeaders` is called when the answer begins: the instant the round trip ended. */
  send(body: string, signal: AbortSignal, onHeaders: () => void): Promise<PushAnswer>
}

/** Whom to take for the hub over HTTPS; the system's CAs unless told. */
export interface HubTrust {
  /** PEM certificates to trust instead. */
  ca?: string | undefined
  /** Certificates by which alone the hub is known. */
  pins?: readonly Pin[] | undefined
  /** Takes any certificate: only for a hub this very process started on this machine, whose certificate names
   * another address than the loopback one. */
  isOwnHub?: boolean | undefined
}

export interface HttpPushOptions {
  hubUrl: string
  token: string
  tls?: HubTrust | undefined
  compress?: 'auto' | 'off' | undefined
  /** From the first byte sent to the last read. */
  timeoutMs?: number | undefined
}

const TIMEOUT_MS = 10_000
const MAX_ANSWER_BYTES = 1024 * 1024
const MAX_RETRY_AFTER_MS = 5 * 60_000

/** Where pushes go for a hub at `hubUrl`, which may have a path prefix.
 * @throws {LumenError} `hub_url_invalid` when it is not an http(s) URL without credentials. */
export function pushUrl(hubUrl: string): URL {
  const base = URL.canParse(hubUrl) ? new URL(hubUrl) : undefined
  if (
    base === undefined ||
    !/^https?:$/.test(base.protocol) ||
    base.username !== '' ||
    base.password !== ''
  ) {
    throw new LumenError(
      'hub_url_invalid',
      `Cannot push to ${JSON.stringify(hubUrl)}: want a URL such as http://hub.lan:8090 or https://hub.example.com`,
    )
  }
  base.pathname = base.pathname.replace(/\/+$/, '') + PUSH_PATH
  base.search = ''
  base.hash = ''
  return base
}

/** One HTTP POST a push, over the runtime's kept-alive connections. Redirects are not followed, so the token goes
 * nowhere but to the hub it was given for; the answer is bounded in size and time. */
export class HttpPush implements PushTransport {
  readonly #url: string
  readonly #options: HttpPushOptions
  #compress: 'auto' | 'off'
  #pinned: PinnedConnection | undefined

  constructor(options: HttpPushOptions) {
    this.#url = pushUrl(options.hubUrl).href
    this.#options = options
    this.#compress = options.compress ?? 'auto'
    if (options.tls?.pins !== undefined && !this.#url.startsWith('https:')) {
      throw new LumenError(
        'pin_without_tls',
        'Cannot check --pin over plain HTTP: give --hub the hub’s https:// address',
      )
    }
    if (options.tls?.ca !== undefined && !takesCertificates()) {
      throw new LumenError('ca_unsupported', 'Cannot use a CA file here: set NODE_EXTRA_CA_CERTS instead')
    }
  }

  async send(body: string, signal: AbortSignal, onHeaders: () => void): Promise<PushAnswer> {
    const encoded = encodeBody(body, this.#compress)
    const cancel = new AbortController()
    const abort = () => cancel.abort()
    const { timeoutMs = TIMEOUT_MS } = this.#options
    const timer = setTimeout(abort, timeoutMs)
    signal.addEventListener('abort', abort, { once: true })
    try {
      if (signal.aborted) return { kind: 'failed', reason: 'stopped' }
      const response = await this.#post(encoded, cancel.signal)
      onHeaders()
      const text = await readBounded(response, MAX_ANSWER_BYTES)
      return this.#interpret(response, text, encoded.encoding)
    } catch (error) {
      if (signal.aborted) return { kind: 'failed', reason: 'stopped' }
      if (cancel.signal.aborted) return { kind: 'failed', reason: `no answer within ${timeoutMs / 1_000} s` }
      return { kind: 'failed', reason: errorMessage(error) }
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
    }
  }

  async #post({ bytes, encoding }: EncodedBody, signal: AbortSignal): Promise<Response> {
    const { token, tls } = this.#options
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json',
      ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
    }
    if (tls?.pins !== undefined) {
      const pinned = await this.#pinnedTo(tls.pins)
      const body = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes
      return pinned.post({ headers, body, signal })
    }
    const init: RequestInit & { tls?: { ca?: string; rejectUnauthorized?: boolean } } = {
      ...{ method: 'POST', redirect: 'manual', signal, headers, body: bytes },
    }
    if (tls?.ca !== undefined) init.tls = { ca: tls.ca }
    if (tls?.isOwnHub) init.tls = { rejectUnauthorized: false }
    return fetch(this.#url, init)
  }

  /** Loaded only where it is used: TLS of its own costs memory. */
  async #pinnedTo(pins: readonly Pin[]): Promise<PinnedConnection> {
    if (this.#pinned === undefined) {
      const { PinnedConnection } = await import('./pinned-connection.ts')
      this.#pinned ??= new PinnedConnection(new URL(this.#url), pins, MAX_ANSWER_BYTES)
    }
    return this.#pinned
  }

  #interpret(response: Response, text: string | undefined, encoding: string | undefined): PushAnswer {
    const { status } = response
    if (status === 401 || status === 403) return { kind: 'unauthorized', status }
    if (status === 429 || status === 503) {
      return { kind: 'busy', status, retryAfterMs: parseRetryAfter(response.headers.get('retry-after')) }
    }
    if (status >= 300 && status < 400) {
      return {
        kind: 'failed',
        reason: `HTTP ${status}: the hub's address redirects, which is not followed; give --hub the final address`,
      }
    }
    if (status === 415 && encoding !== undefined) {
      this.#compress = 'off'
      return { kind: 'failed', reason: `HTTP 415: sending without ${encoding} from now on` }
    }
    if (status === 404) return { kind: 'failed', reason: 'HTTP 404: no Lumen hub at this address' }
    if (text === undefined) {
      return {
        kind: 'failed',
        reason: `HTTP ${status} with an answer of more than ${MAX_ANSWER_BYTES} bytes`,
      }
    }
    const value = maybeJson(text)
    const mayCarryAck = status === 200 || status === 400 || status === 413 || status === 422
    const ack = mayCarryAck ? checkAck(value) : undefined
    if (ack !== undefined) return { kind: 'ack', ack, isWhole: status === 200 }
    if (status === 200)
      return { kind: 'failed', reason: 'HTTP 200, but the answer is not that of a Lumen hub' }
    if (mayCarryAck) return { kind: 'refused', status, reason: problemCode(value) ?? `http_${status}` }
    return { kind: 'failed', reason: `HTTP ${status}` }
  }
}

/** A failure in words that say what to do about it. */
export function describeFailure(failure: Failure): string {
  if (failure.kind === 'failed') return failure.reason
  if (failure.kind === 'busy') return `HTTP ${failure.status}: the hub asks to wait`
  return (
    `HTTP ${failure.status}: the hub does not know this token (mistyped, rotated, or its host deleted); ` +
    'create or rotate the host in Settings → Hosts and start the agent with the new token'
  )
}

/** Milliseconds to wait by a Retry-After header (seconds or a date, RFC 9110), at most 5 minutes. */
export function parseRetryAfter(value: string | null, now = Date.now()): number | undefined {
  if (value === null || value.trim() === '') return undefined
  const seconds = Number(value)
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(value) - now
  return Number.isFinite(ms) ? Math.min(MAX_RETRY_AFTER_MS, Math.max(0, ms)) : undefined
}

/** The body as text, or undefined when it is longer than `limit` bytes; the rest is not read then. */
async function readBounded(response: Response, limit: number): Promise<string | undefined> {
  // With a plain length up front the whole of it is read natively, which costs a fraction of a stream.
  const length = response.headers.get('content-length')
  if (length !== null && !response.headers.has('content-encoding')) {
    if (Number(length) <= limit) return response.text()
    await response.body?.cancel().catch(() => undefined)
    return undefined
  }
  if (response.body === null) return ''
  const reader = response.body.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.byteLength
    if (size > limit) {
      await reader.cancel().catch(() => undefined)
      return undefined
    }
    chunks.push(value)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function problemCode(value: unknown): string | undefined {
  if (value === null || typeof value !== 'object' || !('code' in value)) return undefined
  return typeof value.code === 'string' ? value.code.slice(0, 64) : undefined
}
