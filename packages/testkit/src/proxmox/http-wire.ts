import { gzipSync } from 'node:zlib'

/** A request as it came over the wire. Header names are lower-case; a body is read, counted and dropped. */
export interface WireRequest {
  method: string
  target: string
  headers: ReadonlyMap<string, string>
  bodyBytes: number
}

/** What goes back. One that is cut has half of the body it announces. */
export interface WireReply {
  status: number
  reason: string
  contentType: string
  body: Buffer
  dateMs: number
  isCut?: boolean
}

const MAX_HEAD_BYTES = 65_536

/** Takes the bytes of one connection as they come and gives whole requests.
 * @throws {Error} on anything that is not HTTP/1.1 with a `Content-Length` body at most. */
export class RequestReader {
  #held = Buffer.alloc(0)

  push(bytes: Buffer): WireRequest[] {
    this.#held = Buffer.concat([this.#held, bytes])
    const found: WireRequest[] = []
    for (let next = this.#next(); next !== undefined; next = this.#next()) found.push(next)
    return found
  }

  #next(): WireRequest | undefined {
    const end = this.#held.indexOf('\r\n\r\n')
    if (end < 0) {
      if (this.#held.length > MAX_HEAD_BYTES) throw new Error('Cannot read the request: its head has no end')
      return undefined
    }
    const [first = '', ...lines] = this.#held.toString('latin1', 0, end).split('\r\n')
    const [, method, target] = first.match(/^([A-Z]+) (\S+) HTTP\/1\.1$/) ?? []
    if (method === undefined || target === undefined) throw new Error(`Cannot read the request: ${first}`)
    const headers = new Map(
      lines.map((line) => {
        const colon = line.indexOf(':')
        return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()] as const
      }),
    )
    const bodyBytes = Number(headers.get('content-length') ?? 0)
    const total = end + 4 + bodyBytes
    if (this.#held.length < total) return undefined
    this.#held = this.#held.subarray(total)
    return { method, target, headers, bodyBytes }
  }
}

/** A reply as bytes. Large bodies are compressed for clients that take gzip, as pveproxy does. */
export function replyBytes(reply: WireReply, request: WireRequest): Buffer {
  const takesGzip = /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '')
  const isCompressed = takesGzip && reply.status === 200 && reply.body.length > 1_024
  const body = isCompressed ? gzipSync(reply.body) : reply.body
  const head = [
    `HTTP/1.1 ${reply.status} ${reply.reason}`,
    'Cache-Control: max-age=0',
    'Connection: Keep-Alive',
    `Date: ${new Date(reply.dateMs).toUTCString()}`,
    'Pragma: no-cache',
    'Server: pve-api-daemon/3.0',
    `Content-Length: ${body.length}`,
    `Content-Type: ${reply.contentType}`,
    ...(isCompressed ? ['Content-Encoding: gzip'] : []),
  ]
  const sent = reply.isCut ? body.subarray(0, Math.floor(body.length / 2)) : body
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), sent])
}
