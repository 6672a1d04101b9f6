import type { TLSSocket } from 'node:tls'
import { LumenError } from '@lumen/std/error'
import { AnswerReader, type HttpAnswer } from '@lumen/std/http-answer'
import type { Pin } from './pin.ts'
import { connectPinned } from './pinned-socket.ts'

export interface PinnedPost {
  headers: Readonly<Record<string, string>>
  body: Uint8Array
  signal: AbortSignal
}

/** POSTs to a hub known by its certificate's SHA-256 alone: no authority, name or date counts. The handshake proves that
 * the other side holds the certificate's key, and is over before the first byte of a request is written: to anybody
 * else nothing is sent. (Bun's fetch has no hook between the two that works without an authority: ADR 0014.) One
 * connection is kept and used again; requests go one after the other. */
export class PinnedConnection {
  readonly #url: URL
  readonly #pins: readonly Pin[]
  readonly #limit: number
  #idle: TLSSocket | undefined

  /** @param limit bytes of an answer's body beyond which it is not read */
  constructor(url: URL, pins: readonly Pin[], limit: number) {
    this.#url = url
    this.#pins = pins
    this.#limit = limit
  }

  /** @throws {LumenError} `certificate_wrong`, before anything is sent; the system's error when the connection fails */
  async post({ headers, body, signal }: PinnedPost): Promise<Response> {
    const socket = this.#take() ?? (await connectPinned(this.#url, this.#pins, signal))
    const reading = readAnswer(socket, this.#limit, signal)
    const { host, pathname } = this.#url
    const lines = Object.entries({ host, ...headers, 'content-length': String(body.byteLength) })
    const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
    socket.write(Buffer.concat([Buffer.from(`POST ${pathname} HTTP/1.1\r\n${head}\r\n`, 'latin1'), body]))
    const { answer, mayStay } = await reading
    if (mayStay) this.#keep(socket)
    else socket.destroy()
    return toResponse(answer)
  }

  close(): void {
    this.#idle?.destroy()
    this.#idle = undefined
  }

  #take(): TLSSocket | undefined {
    const socket = this.#idle
    this.#idle = undefined
    if (socket === undefined || socket.destroyed || !socket.writable) return undefined
    socket.removeAllListeners()
    socket.ref()
    return socket
  }

  #keep(socket: TLSSocket): void {
    const drop = () => {
      socket.destroy()
      if (this.#idle === socket) this.#idle = undefined
    }
    // Bytes nobody asked for are no answer to the next request.
    for (const event of ['data', 'end', 'close', 'error']) socket.on(event, drop)
    socket.unref()
    this.#idle = socket
  }
}

const NO_BODY = new Set([204, 205, 304])

function toResponse({ status, headers, body }: HttpAnswer): Response {
  // The body is as it was before it was sent on: its frame is gone.
  for (const name of ['content-length', 'transfer-encoding', 'content-encoding']) headers.delete(name)
  return new Response(NO_BODY.has(status) ? null : Buffer.from(body), { status, headers })
}

function readAnswer(
  socket: TLSSocket,
  limit: number,
  signal: AbortSignal,
): Promise<{ answer: HttpAnswer; mayStay: boolean }> {
  const reader = new AnswerReader(limit)
  return new Promise((resolve, reject) => {
    const give = (outcome: () => void) => {
      signal.removeEventListener('abort', abort)
      socket.removeAllListeners()
      outcome()
    }
    const fail = (error: unknown) =>
      give(() => {
        socket.on('error', () => undefined)
        socket.destroy()
        reject(error)
      })
    const take = (bytes: Uint8Array, isEnd: boolean) => {
      const progress = reader.read(bytes, isEnd)
      if (progress.kind === 'done') give(() => resolve(progress))
      else if (progress.kind === 'broken') fail(new LumenError('answer_broken', progress.reason))
    }
    const abort = () => fail(new LumenError('push_aborted', 'stopped'))
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    socket.on('data', (bytes: Uint8Array) => take(bytes, false))
    socket.on('end', () => take(new Uint8Array(), true))
    socket.on('close', () => fail(new LumenError('hub_closed', 'the hub closed the connection')))
    socket.on('error', fail)
  })
}
