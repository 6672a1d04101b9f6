import type { TLSSocket } from 'node:tls'
import { LumenError } from '@lumen/std/error'
import type { HubTrust } from '../push/http-push.ts'
import type { Pin } from '../push/pin.ts'

/** The beginning of an answer to a GET, its body still to be read. */
export interface Download {
  status: number
  /** As announced; undefined where it is not. */
  bytes: number | undefined
  body: AsyncIterable<Uint8Array>
}

/** GETs from the hub, with the trust pushes have in it. Nothing is sent that is not public, and no redirect is
 * followed.
 * @throws {LumenError} `certificate_wrong`, `answer_broken`; the system's error when the connection fails or `signal` ends it */
export async function openDownload(
  url: URL,
  tls: HubTrust | undefined,
  signal: AbortSignal,
): Promise<Download> {
  if (tls?.pins !== undefined) return openPinned(url, tls.pins, signal)
  const init: RequestInit & { tls?: { ca: string } } = {
    ...{ redirect: 'manual', signal, headers: { 'accept-encoding': 'identity' } },
  }
  if (tls?.ca !== undefined) init.tls = { ca: tls.ca }
  const { status, headers, body } = await fetch(url, init)
  return { status, bytes: lengthOf(headers), body: body ?? nothing() }
}

async function openPinned(url: URL, pins: readonly Pin[], signal: AbortSignal): Promise<Download> {
  const { connectPinned } = await import('../push/pinned-socket.ts')
  const { MAX_HEAD, parseHead } = await import('@lumen/std/http-answer')
  const socket = await connectPinned(url, pins, signal)
  signal.addEventListener('abort', () => socket.destroy(), { once: true })
  socket.write(`GET ${url.pathname} HTTP/1.1\r\nhost: ${url.host}\r\nconnection: close\r\n\r\n`)
  const pieces = piecesOf(socket)
  let bytes: Buffer = Buffer.alloc(0)
  for (;;) {
    const headEnd = bytes.indexOf('\r\n\r\n')
    if (headEnd < 0) {
      const { done, value } = await pieces.next()
      if (done || bytes.length > MAX_HEAD) throw broken(socket)
      bytes = Buffer.concat([bytes, value])
      continue
    }
    const head = parseHead(bytes.toString('latin1', 0, headEnd))
    // In chunks it would need a reader of its own; a hub announces the length.
    if (head === undefined || head.headers.has('transfer-encoding')) throw broken(socket)
    const length = lengthOf(head.headers)
    return { status: head.status, bytes: length, body: bodyOf(bytes.subarray(headEnd + 4), pieces, length) }
  }
}

async function* bodyOf(
  first: Uint8Array,
  rest: AsyncGenerator<Uint8Array>,
  length = Number.POSITIVE_INFINITY,
): AsyncGenerator<Uint8Array> {
  let left = length - first.length
  if (first.length > 0) yield first
  while (left > 0) {
    const { done, value } = await rest.next()
    if (done) return
    left -= value.length
    yield value
  }
  await rest.return(undefined)
}

async function* piecesOf(socket: TLSSocket): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of socket) yield piece as Uint8Array
  } finally {
    socket.destroy()
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

function broken(socket: TLSSocket): LumenError {
  socket.destroy()
  return new LumenError('answer_broken', 'the hub’s answer is no download')
}

function lengthOf(headers: Headers): number | undefined {
  const text = headers.get('content-length')
  return text !== null && /^\d+$/.test(text) ? Number(text) : undefined
}
