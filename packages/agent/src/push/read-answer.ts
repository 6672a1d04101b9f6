/** An answer as far as it has come. */
export type Progress =
  | { kind: 'more' }
  | { kind: 'done'; response: Response; mayStay: boolean }
  | { kind: 'broken'; reason: string }

export const MAX_HEAD = 64 * 1024
const NO_BODY = new Set([204, 205, 304])

/** Puts together one answer to a POST from the bytes of a connection (HTTP/1.1, RFC 9112), with a length, in chunks or
 * until the connection ends. Its body is cut off past `limit`: whoever reads it sees that it is longer. */
export class AnswerReader {
  readonly #limit: number
  #bytes: Buffer = Buffer.alloc(0)

  constructor(limit: number) {
    this.#limit = limit
  }

  /** @param isEnd no more will come */
  read(bytes: Uint8Array, isEnd = false): Progress {
    this.#bytes = Buffer.concat([this.#bytes, bytes])
    const headEnd = this.#bytes.indexOf('\r\n\r\n')
    if (headEnd < 0) {
      if (this.#bytes.length > MAX_HEAD)
        return { kind: 'broken', reason: 'an answer without an end to its headers' }
      return isEnd ? { kind: 'broken', reason: 'the connection ended before an answer' } : { kind: 'more' }
    }
    const head = parseHead(this.#bytes.toString('latin1', 0, headEnd))
    if (head === undefined) return { kind: 'broken', reason: 'an answer that is no HTTP' }
    const rest = this.#bytes.subarray(headEnd + 4)
    if (head.status < 200) {
      this.#bytes = rest
      return rest.length > 0 || isEnd ? this.read(new Uint8Array(), isEnd) : { kind: 'more' }
    }
    return this.#body(head, rest, isEnd)
  }

  #body({ status, headers }: Head, rest: Buffer, isEnd: boolean): Progress {
    const done = (body: Uint8Array, mayStay: boolean): Progress => {
      const isKept = mayStay && !/close/i.test(headers.get('connection') ?? '')
      for (const name of ['content-length', 'transfer-encoding', 'content-encoding']) headers.delete(name)
      const content = NO_BODY.has(status) ? null : Buffer.from(body)
      return { kind: 'done', response: new Response(content, { status, headers }), mayStay: isKept }
    }
    if (NO_BODY.has(status)) return done(new Uint8Array(), rest.length === 0)
    const cut = rest.subarray(0, this.#limit + 1)
    if (/chunked/i.test(headers.get('transfer-encoding') ?? '')) {
      const chunks = readChunks(rest)
      if (chunks === undefined) return { kind: 'broken', reason: 'an answer in malformed chunks' }
      if (chunks.isWhole) return done(chunks.body, true)
      if (chunks.body.length > this.#limit) return done(chunks.body.subarray(0, this.#limit + 1), false)
    } else if (headers.has('content-length')) {
      const length = Number(headers.get('content-length'))
      if (!Number.isSafeInteger(length) || length < 0)
        return { kind: 'broken', reason: 'an answer without a length' }
      if (rest.length >= length) return done(rest.subarray(0, length), rest.length === length)
      if (rest.length > this.#limit) return done(cut, false)
    } else if (isEnd || rest.length > this.#limit) return done(cut, false)
    return isEnd ? { kind: 'broken', reason: 'the connection ended within an answer' } : { kind: 'more' }
  }
}

export interface Head {
  status: number
  headers: Headers
}

export function parseHead(text: string): Head | undefined {
  const [first = '', ...lines] = text.split('\r\n')
  const status = Number(/^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(first)?.[1] ?? Number.NaN)
  if (!(status >= 100 && status <= 599)) return undefined
  const headers = new Headers()
  for (const line of lines) {
    const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? []
    if (name === undefined || value === undefined) return undefined
    headers.append(name, value)
  }
  return { status, headers }
}

/** Chunks that have come; undefined when they are none. */
function readChunks(bytes: Buffer): { body: Buffer; isWhole: boolean } | undefined {
  const parts: Buffer[] = []
  let at = 0
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd < 0)
      return bytes.length - at > 1_024 ? undefined : { body: Buffer.concat(parts), isWhole: false }
    const digits = /^([0-9a-f]{1,8})(?:[ \t]*;.*)?$/i.exec(bytes.toString('latin1', at, lineEnd))?.[1]
    if (digits === undefined) return undefined
    const length = Number.parseInt(digits, 16)
    const from = lineEnd + 2
    if (length === 0) {
      const isWhole = bytes.indexOf('\r\n', from) === from || bytes.indexOf('\r\n\r\n', from) >= 0
      return { body: Buffer.concat(parts), isWhole }
    }
    parts.push(bytes.subarray(from, Math.min(bytes.length, from + length)))
    if (bytes.length < from + length + 2) return { body: Buffer.concat(parts), isWhole: false }
    if (bytes.toString('latin1', from + length, from + length + 2) !== '\r\n') return undefined
    at = from + length + 2
  }
}
