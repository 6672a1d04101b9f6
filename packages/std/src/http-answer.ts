/** One answer of an HTTP/1.1 server. */
export interface HttpAnswer {
  status: number
  /** What stands behind the status; some servers say there what is wrong. */
  reason: string
  headers: Headers
  body: Buffer
}

/** An answer as far as it has come. */
export type Progress =
  | { kind: 'more' }
  | { kind: 'done'; answer: HttpAnswer; mayStay: boolean }
  | { kind: 'broken'; reason: string }

export const MAX_HEAD = 64 * 1024
const MAX_CHUNK_LINE = 1_024
/** Pieces of a body smaller than this are put together at once. */
const PART = 16 * 1024
const NO_BODY = new Set([204, 205, 304])
const EMPTY = Buffer.alloc(0)

export type Head = Omit<HttpAnswer, 'body'>
/** How the body's end is found. `left`: bytes still to come, of the whole or of the chunk under way. */
type Framing =
  | { by: 'length'; left: number }
  | { by: 'chunks'; at: 'line' | 'data' | 'end' | 'trailer'; left: number }
  | { by: 'close' }

/** Puts together one answer to a GET or POST from the bytes of a connection (HTTP/1.1, RFC 9112), with a length, in
 * chunks or until the connection ends. Its body is cut off past `limit`: whoever reads it sees that it is longer.
 * Every byte is looked at once, however the bytes are split. */
export class AnswerReader {
  readonly #limit: number
  /** Bytes not yet understood: of the head, or of a chunk's line. */
  #held: Buffer = EMPTY
  #head: Head | undefined
  #framing: Framing = { by: 'close' }
  readonly #parts: Buffer[] = []
  /** The newest part while it has room: a body in chunks of a byte would cost a hundred times itself. */
  #tail: Buffer = EMPTY
  #tailLength = 0
  #bodyLength = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** @param isEnd no more will come */
  read(bytes: Uint8Array, isEnd = false): Progress {
    this.#held = this.#held.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#held, bytes])
    while (this.#head === undefined) {
      const end = this.#held.indexOf('\r\n\r\n')
      if (end < 0) {
        if (this.#held.length > MAX_HEAD) return broken('an answer without an end to its headers')
        return isEnd ? broken('the connection ended before an answer') : { kind: 'more' }
      }
      const head = parseHead(this.#held.toString('latin1', 0, end))
      if (head === undefined) return broken('an answer that is no HTTP')
      this.#held = this.#held.subarray(end + 4)
      if (head.status < 200) continue
      const framing = framingOf(head)
      if (framing === undefined) return broken('an answer without a length')
      this.#head = head
      this.#framing = framing
    }
    const progress = this.#framing.by === 'chunks' ? this.#chunks(this.#framing) : this.#plain(this.#framing)
    if (progress !== undefined) return progress
    if (this.#bodyLength > this.#limit) return this.#done(false)
    if (!isEnd) return { kind: 'more' }
    return this.#framing.by === 'close' ? this.#done(false) : broken('the connection ended within an answer')
  }

  #plain(framing: Framing & { by: 'length' | 'close' }): Progress | undefined {
    const wanted = framing.by === 'length' ? framing.left : this.#held.length
    const part = this.#held.subarray(0, wanted)
    this.#held = this.#held.subarray(part.length)
    this.#keep(part)
    if (framing.by === 'close') return undefined
    framing.left -= part.length
    return framing.left === 0 ? this.#done(this.#held.length === 0) : undefined
  }

  #chunks(framing: Framing & { by: 'chunks' }): Progress | undefined {
    while (this.#held.length > 0 && this.#bodyLength <= this.#limit) {
      if (framing.at === 'data') {
        const part = this.#held.subarray(0, framing.left)
        this.#keep(part)
        framing.left -= part.length
        this.#held = this.#held.subarray(part.length)
        if (framing.left === 0) framing.at = 'end'
        continue
      }
      const end = this.#held.indexOf('\r\n')
      if (end < 0)
        return this.#held.length > MAX_CHUNK_LINE ? broken('an answer in malformed chunks') : undefined
      const line = this.#held.toString('latin1', 0, end)
      this.#held = this.#held.subarray(end + 2)
      if (framing.at === 'trailer') {
        if (line === '') return this.#done(this.#held.length === 0)
      } else if (framing.at === 'end') {
        if (line !== '') return broken('an answer in malformed chunks')
        framing.at = 'line'
      } else {
        const digits = /^([0-9a-f]{1,8})(?:[ \t]*;.*)?$/i.exec(line)?.[1]
        if (digits === undefined) return broken('an answer in malformed chunks')
        framing.left = Number.parseInt(digits, 16)
        framing.at = framing.left === 0 ? 'trailer' : 'data'
      }
    }
    return undefined
  }

  #keep(part: Buffer): void {
    this.#bodyLength += part.length
    if (part.length >= PART) {
      this.#endTail()
      this.#parts.push(part)
      return
    }
    for (let at = 0; at < part.length; ) {
      if (this.#tailLength === this.#tail.length) {
        this.#endTail()
        this.#tail = Buffer.allocUnsafeSlow(PART)
      }
      const copied = part.copy(this.#tail, this.#tailLength, at)
      this.#tailLength += copied
      at += copied
    }
  }

  #endTail(): void {
    if (this.#tailLength > 0) this.#parts.push(this.#tail.subarray(0, this.#tailLength))
    this.#tail = EMPTY
    this.#tailLength = 0
  }

  #done(mayStay: boolean): Progress {
    const { status, reason, headers } = this.#head!
    this.#endTail()
    const isKept = mayStay && !/close/i.test(headers.get('connection') ?? '')
    const body = Buffer.concat(this.#parts).subarray(0, this.#limit + 1)
    return { kind: 'done', answer: { status, reason, headers, body }, mayStay: isKept }
  }
}

function broken(reason: string): Progress {
  return { kind: 'broken', reason }
}

const FIELD_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
/** Of `Headers`, which throws at it. */
const NO_VALUE = /[\0\r\n]/

/** Undefined where it is no HTTP. In time that grows as the text does, whatever stands in it. */
export function parseHead(text: string): Head | undefined {
  const [first = '', ...lines] = text.split('\r\n')
  const [, digits, reason = ''] = /^HTTP\/1\.[01] (\d{3})(?: (.*))?$/.exec(first) ?? []
  const status = Number(digits ?? Number.NaN)
  if (!(status >= 100 && status <= 599)) return undefined
  const headers = new Headers()
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(0, colon))
    const value = line.slice(colon + 1)
    if (!FIELD_NAME.test(name) || NO_VALUE.test(value)) return undefined
    // takes the blanks around the value away
    headers.append(name, value)
  }
  return { status, reason: reason.trim(), headers }
}

/** Undefined where the length is none. */
function framingOf({ status, headers }: Head): Framing | undefined {
  if (NO_BODY.has(status)) return { by: 'length', left: 0 }
  if (/chunked/i.test(headers.get('transfer-encoding') ?? '')) return { by: 'chunks', at: 'line', left: 0 }
  const length = headers.get('content-length')
  if (length === null) return { by: 'close' }
  return /^\d{1,15}$/.test(length) ? { by: 'length', left: Number(length) } : undefined
}
