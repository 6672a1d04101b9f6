import { errorCode, errorMessage } from '@lumen/std/error'
import { isNobodyThere } from '../runtime.ts'
import { addressText, type EngineAddress } from './address.ts'
import { type EngineCall, mostBytesOf, pathOf } from './call.ts'

export type EngineAnswer =
  | { kind: 'ok'; value: unknown }
  /** No such container any more. */
  | { kind: 'gone' }
  /** It answered, but not with what was asked for. */
  | { kind: 'failed'; reason: string }
  /** Nobody listens there. */
  | { kind: 'absent'; reason: string }
  /** It does not answer. */
  | { kind: 'silent'; reason: string }

const TIMEOUT_MS = 4_000
/** A list of thousands takes an engine a while. */
const LIST_TIMEOUT_MS = 15_000
const MAX_LINE = 64 * 1024

type UnixInit = RequestInit & { unix?: string }

/** GET requests to one engine, each bounded in time and in the size of its answer. Redirects are not followed.
 * Never rejects. */
export class EngineApi {
  readonly address: EngineAddress
  readonly #timeoutMs: number | undefined

  constructor(address: EngineAddress, timeoutMs?: number) {
    this.address = address
    this.#timeoutMs = timeoutMs
  }

  async get(call: Exclude<EngineCall, { kind: 'events' }>, stop: AbortSignal): Promise<EngineAnswer> {
    const timeoutMs = this.#timeoutMs ?? (call.kind === 'list' ? LIST_TIMEOUT_MS : TIMEOUT_MS)
    const patience = AbortSignal.timeout(timeoutMs)
    try {
      const response = await this.#fetch(call, AbortSignal.any([stop, patience]))
      if (response.status !== 200) {
        await response.body?.cancel()
        if (response.status === 404 && call.kind !== 'list') return { kind: 'gone' }
        return { kind: 'failed', reason: `${this.#name}: HTTP ${response.status} for ${pathOf(call)}` }
      }
      const text = await readCapped(response, mostBytesOf(call))
      if (text === undefined)
        return { kind: 'failed', reason: `${this.#name}: an answer of more than ${mostBytesOf(call)} bytes` }
      return { kind: 'ok', value: JSON.parse(text) as unknown }
    } catch (error) {
      if (patience.aborted)
        return { kind: 'silent', reason: `${this.#name}: no answer within ${timeoutMs / 1_000} s` }
      if (error instanceof SyntaxError)
        return { kind: 'failed', reason: `${this.#name}: an answer that is no JSON` }
      if (isNobodyThere(error)) return { kind: 'absent', reason: `${this.#name}: nobody listens there` }
      return { kind: 'silent', reason: `${this.#name}: ${reasonOf(error)}` }
    }
  }

  /** Calls `onEvent` with what each line of the event stream holds until the engine ends it or `stop` aborts.
   * Lines too long and lines that are no JSON end it too. */
  async events(onOpen: () => void, onEvent: (event: unknown) => void, stop: AbortSignal): Promise<void> {
    try {
      const response = await this.#fetch({ kind: 'events' }, stop)
      if (response.status !== 200 || response.body === null) {
        await response.body?.cancel()
        return
      }
      onOpen()
      const decoder = new TextDecoder()
      let rest = ''
      for await (const bytes of response.body as unknown as AsyncIterable<Uint8Array>) {
        rest += decoder.decode(bytes, { stream: true })
        const lines = rest.split('\n')
        rest = lines.pop()!
        if (rest.length > MAX_LINE || lines.some(({ length }) => length > MAX_LINE)) return
        for (const line of lines) if (line.trim() !== '') onEvent(JSON.parse(line) as unknown)
      }
    } catch {
      // Whatever ended it: the list is read once a minute in any case, and the stream is opened anew.
    }
  }

  #fetch(call: EngineCall, signal: AbortSignal): Promise<Response> {
    const init: UnixInit = {
      method: 'GET',
      redirect: 'manual',
      signal,
      headers: { accept: 'application/json' },
    }
    if (this.address.kind === 'tcp') return fetch(`${this.address.url}${pathOf(call)}`, init)
    return fetch(`http://localhost${pathOf(call)}`, { ...init, unix: this.address.path } as UnixInit)
  }

  get #name(): string {
    return `engine at ${addressText(this.address)}`
  }
}

function reasonOf(error: unknown): string {
  const code = errorCode(error)
  if (code === 'EACCES' || code === 'EPERM')
    return 'permission denied; run the agent as root, add its user to the group docker, or use a socket proxy'
  return code === undefined ? errorMessage(error) : `the connection failed (${code})`
}

async function readCapped(response: Response, limit: number): Promise<string | undefined> {
  if (response.body === null) return ''
  const reader = response.body.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return Buffer.concat(chunks).toString('utf8')
    size += value.byteLength
    if (size > limit) {
      await reader.cancel()
      return undefined
    }
    chunks.push(value)
  }
}
