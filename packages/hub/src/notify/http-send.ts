import { errorCode } from '@lumen/std/error'
import { isObject } from '@lumen/std/is-object'
import { maybeJson } from '@lumen/std/maybe-json'
import type { SendResult } from './channel-kind.ts'
import { retryAfterMsOf } from './retry-delay.ts'

export interface HttpRequest {
  method?: 'POST' | 'PUT' | 'GET'
  url: string
  headers?: Record<string, string>
  /** An object goes as JSON. */
  body: string | Uint8Array<ArrayBuffer> | URLSearchParams | object
}

export interface HttpAnswer {
  status: number
  headers: Headers
  /** The beginning of it, at most 64 KiB. */
  text: string
}

/** An answer, or why there was none, in words without address or secret. */
export type HttpOutcome = { kind: 'answer'; answer: HttpAnswer } | { kind: 'none'; fault: string }

export interface HttpSendOptions {
  /** For request, redirects and answer together. 15 s. */
  timeoutMs?: number
  /** Certificates to trust beside the system's, PEM; for tests. */
  ca?: string | undefined
}

export const TIMEOUT_MS = 15_000
const MOST_ANSWER_BYTES = 64 * 1024
const MOST_REDIRECTS = 3

/** Requests of channels. Private addresses are allowed: that is where Gotify and ntfy run at home. Answers are cut, time is
 * bounded, and a redirect is followed only to the same host, and only one that keeps method and body: what is sent holds
 * secrets, and another host was never entered. */
export class HttpSend {
  readonly #timeoutMs: number
  readonly #ca: string | undefined

  constructor({ timeoutMs = TIMEOUT_MS, ca }: HttpSendOptions = {}) {
    this.#timeoutMs = timeoutMs
    this.#ca = ca
  }

  async send(request: HttpRequest, signal?: AbortSignal): Promise<HttpOutcome> {
    const timeout = AbortSignal.timeout(this.#timeoutMs)
    const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout])
    const host = new URL(request.url).host
    try {
      return await this.#follow(request, either)
    } catch (thrown) {
      if (timeout.aborted) {
        return { kind: 'none', fault: `${host} did not answer within ${this.#timeoutMs / 1_000} s` }
      }
      if (signal?.aborted) return { kind: 'none', fault: 'The hub is stopping' }
      return { kind: 'none', fault: `${host} cannot be reached: ${connectionFault(thrown)}` }
    }
  }

  async #follow(request: HttpRequest, signal: AbortSignal): Promise<HttpOutcome> {
    const { body, type } = encoded(request.body)
    let url = new URL(request.url)
    for (let redirects = 0; ; redirects++) {
      const response = await fetch(url, {
        method: request.method ?? 'POST',
        headers: {
          'user-agent': 'Lumen',
          ...(type !== undefined && { 'content-type': type }),
          ...request.headers,
        },
        ...(request.method !== 'GET' && { body }),
        redirect: 'manual',
        signal,
        ...(this.#ca !== undefined && { tls: { ca: this.#ca } }),
      })
      const location = response.headers.get('location')
      if (response.status < 300 || response.status > 399 || location === null) {
        return { kind: 'answer', answer: await readAnswer(response) }
      }
      await response.body?.cancel()
      const next = URL.canParse(location, url) ? new URL(location, url) : undefined
      const refused = redirectFault(url, next, response.status, redirects)
      if (refused !== undefined) {
        return { kind: 'answer', answer: { status: response.status, headers: new Headers(), text: refused } }
      }
      url = next!
    }
  }
}

function redirectFault(from: URL, to: URL | undefined, status: number, before: number): string | undefined {
  if (to === undefined) return `${from.host} redirects to nowhere`
  const isUpgrade = from.protocol === 'http:' && to.protocol === 'https:' && from.hostname === to.hostname
  if (to.origin !== from.origin && !isUpgrade) {
    return `${from.host} redirects to ${to.origin}, which is not followed: enter the address it redirects to`
  }
  if (status !== 307 && status !== 308) {
    return `${from.host} redirects in a way that drops the message (${status}): enter the address it redirects to`
  }
  return before >= MOST_REDIRECTS ? `${from.host} redirects in circles` : undefined
}

async function readAnswer(response: Response): Promise<HttpAnswer> {
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  const reader = response.body?.getReader()
  while (reader !== undefined) {
    const { done, value } = await reader.read()
    if (done) break
    const part = value.subarray(0, MOST_ANSWER_BYTES - bytes)
    bytes += part.length
    text += decoder.decode(part, { stream: true })
    if (bytes >= MOST_ANSWER_BYTES) {
      await reader.cancel()
      break
    }
  }
  return { status: response.status, headers: response.headers, text }
}

function encoded(body: HttpRequest['body']): { body: BodyInit; type: string | undefined } {
  if (typeof body === 'string' || body instanceof Uint8Array) return { body, type: undefined }
  if (body instanceof URLSearchParams) {
    return { body: body.toString(), type: 'application/x-www-form-urlencoded' }
  }
  return { body: JSON.stringify(body), type: 'application/json' }
}

/** Bun's and Node's codes in words; messages may hold the address, so they are not passed on. */
function connectionFault(thrown: unknown): string {
  const code = errorCode(thrown) ?? ''
  if (/REFUSED/i.test(code)) return 'it refuses the connection'
  if (/RESET|EPIPE|Closed/i.test(code)) return 'it closed the connection'
  if (/ENOTFOUND|EAI_|FailedToOpenSocket|DNS/i.test(code)) return 'its name or address leads nowhere'
  if (/CERT|SELF_SIGNED|TLS|SSL|UNABLE_TO/i.test(code)) return `its certificate is not trusted (${code})`
  if (/UNREACH|TIMEDOUT/i.test(code)) return 'there is no way to it'
  return code === '' ? 'the connection failed' : `the connection failed (${code})`
}

/** What most services mean by their status: 2xx sent; 408, 429 and 5xx later; the rest never.
 * `reason` picks the service's own words out of its answer. */
export function resultOf(
  outcome: HttpOutcome,
  service: string,
  reason: (text: string) => string | undefined = () => undefined,
): SendResult {
  if (outcome.kind === 'none') return { kind: 'failed', fault: outcome.fault }
  const { status, headers, text } = outcome.answer
  if (status >= 200 && status <= 299) return { kind: 'sent' }
  const said = oneLine(reason(text) ?? text)
  const fault = `${service} answered ${status}${said === '' ? '' : `: ${said}`}`
  if (status !== 408 && status !== 429 && status < 500) return { kind: 'refused', fault }
  const retryAfterMs = retryAfterMsOf(headers.get('retry-after'), Date.now())
  return { kind: 'failed', fault, ...(retryAfterMs !== undefined && { retryAfterMs }) }
}

/** For one line of a fault: printable. Not cut here: half a secret would not be found any more (sender.ts). */
export function oneLine(text: string): string {
  return (
    text
      // a second < begins anew: else a text of nothing but them would take time by its square
      .replace(/<[^<>]*>/g, ' ')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: what a server answers may hold anything
      .replace(/[\s\u0000-\u001f\u007f-\u009f\ufffd]+/g, ' ')
      .trim()
  )
}

/** A member of a JSON answer that is text, or undefined. */
export function textIn(...names: readonly string[]): (text: string) => string | undefined {
  return (text) => {
    const json = maybeJson(text)
    if (!isObject(json)) return undefined
    return names.map((name) => json[name]).find((value): value is string => typeof value === 'string')
  }
}
