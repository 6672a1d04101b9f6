import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'

/** What was asked, whole. */
export interface RecordedRequest {
  method: string
  /** Path and query as they came. */
  path: string
  headers: Record<string, string>
  body: Buffer
  text: string
  /** `performance.now()` when it had arrived. */
  at: number
}

/** How the server behaves to one request. */
export type HttpBehaviour =
  | { kind: 'answer'; status?: number; headers?: Record<string, string>; body?: string | Buffer }
  /** Takes the request and never says anything. */
  | { kind: 'hang' }
  /** Takes the request and resets the connection. */
  | { kind: 'reset' }
  /** Says something that is no HTTP. */
  | { kind: 'garbage' }
  /** Answers 200 and so many bytes, chunk by chunk. */
  | { kind: 'flood'; bytes: number }

export interface RecordingHttp extends AsyncDisposable {
  url: string
  port: number
  /** Everything asked so far, in order. */
  requests: RecordedRequest[]
  /** Bytes of answers written so far, for floods. */
  sentBytes(): number
  /** What the next requests meet, one each; then `otherwise` again. */
  script(...behaviours: HttpBehaviour[]): void
  otherwise: HttpBehaviour | ((request: RecordedRequest) => HttpBehaviour)
}

/** A certificate of fixtures/tls that signs itself, for 127.0.0.1 unless another is named. */
export function testCertificate(name = 'other.lan'): { cert: string; key: string } {
  const file = (end: string) =>
    readFileSync(fileURLToPath(new URL(`../../../fixtures/tls/${name}.${end}`, import.meta.url)), 'utf8')
  return { cert: file('crt'), key: file('key') }
}

/** An HTTP server on a free port of 127.0.0.1 that keeps what it is sent and misbehaves as told. 200 and `{}` unless told
 * otherwise. */
export async function startRecordingHttp(
  options: { tls?: boolean; port?: number } = {},
): Promise<RecordingHttp> {
  const requests: RecordedRequest[] = []
  const scripted: HttpBehaviour[] = []
  const sockets = new Set<Socket>()
  let sent = 0
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const recorded = await record(request)
    if (recorded === undefined) return
    requests.push(recorded)
    const { otherwise } = server
    const next = scripted.shift() ?? (typeof otherwise === 'function' ? otherwise(recorded) : otherwise)
    await behave(next, request, response, (bytes) => {
      sent += bytes
    })
  }
  const listener = (request: IncomingMessage, response: ServerResponse) => void handle(request, response)
  const http = options.tls === true ? createTlsServer(testCertificate(), listener) : createServer(listener)
  http.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  http.on('tlsClientError', () => {})
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject)
    http.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const address = http.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no TCP port')
  const server: RecordingHttp = {
    url: `${options.tls === true ? 'https' : 'http'}://127.0.0.1:${address.port}`,
    port: address.port,
    requests,
    sentBytes: () => sent,
    script: (...behaviours) => void scripted.push(...behaviours),
    otherwise: { kind: 'answer', body: '{}' },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => http.close(() => resolve()))
    },
  }
  return server
}

async function record(request: IncomingMessage): Promise<RecordedRequest | undefined> {
  const parts: Buffer[] = []
  try {
    for await (const part of request) parts.push(part as Buffer)
  } catch {
    return undefined
  }
  const body = Buffer.concat(parts)
  return {
    method: request.method ?? '',
    path: request.url ?? '',
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(', ') : (value ?? ''),
      ]),
    ),
    body,
    text: body.toString('utf8'),
    at: performance.now(),
  }
}

async function behave(
  behaviour: HttpBehaviour,
  request: IncomingMessage,
  response: ServerResponse,
  count: (bytes: number) => void,
): Promise<void> {
  switch (behaviour.kind) {
    case 'hang':
      return
    case 'reset':
      request.socket.resetAndDestroy()
      return
    case 'garbage':
      request.socket.end('\u0000\u0001 this is no HTTP at all\r\n\r\n')
      return
    case 'flood':
      response.writeHead(200, { 'content-type': 'application/json' })
      for (let left = behaviour.bytes; left > 0 && !response.destroyed; ) {
        const part = Buffer.alloc(Math.min(left, 16 * 1024), 'x')
        left -= part.length
        count(part.length)
        if (!response.write(part)) await drained(response)
      }
      response.end()
      return
    case 'answer':
      response.writeHead(behaviour.status ?? 200, {
        'content-type': 'application/json',
        ...behaviour.headers,
      })
      response.end(behaviour.body ?? '')
  }
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      response.off('drain', go)
      response.off('close', go)
      resolve()
    }
    response.on('drain', go)
    response.on('close', go)
  })
}
