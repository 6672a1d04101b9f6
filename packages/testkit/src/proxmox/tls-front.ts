import { createServer, type Socket } from 'node:net'
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls'
import type { Certificate } from './certificates.ts'
import { RequestReader, replyBytes, type WireReply, type WireRequest } from './http-wire.ts'

/** What the endpoint is when somebody connects: it answers with a certificate, resets, or takes and says nothing. */
export type Presence = Certificate | 'reset' | 'silent'

/** One accepted TCP connection. */
export interface ConnectionRecord {
  /** What was shown; undefined where there was no handshake to come. */
  fingerprint: string | undefined
  /** Decrypted bytes that came from the client, a request line and headers included. */
  clientBytes: number
  requests: number
}

export interface TlsFrontOptions {
  /** Asked for each connection, and again with what comes through it. */
  presence: () => Presence
  /** `undefined` never answers. */
  answer: (request: WireRequest) => WireReply | undefined
}

export interface TlsFront extends AsyncDisposable {
  port: number
  connections: readonly ConnectionRecord[]
  /** Resets what is open now, as a certificate change or a lost node does. */
  resetAll(): void
}

/** Connections that are remembered at most; past that the older half is forgotten. */
const MOST_KEPT = 20_000

/** An HTTPS endpoint on a loopback port of its own whose certificate may change between two connections. Keep-alive
 * and pipelined requests are answered in order. */
export async function startTlsFront({ presence, answer }: TlsFrontOptions): Promise<TlsFront> {
  const contexts = new Map<string, SecureContext>()
  const sockets = new Set<Socket>()
  const connections: ConnectionRecord[] = []

  const contextOf = ({ pem, keyPem, fingerprint }: Certificate): SecureContext => {
    const known = contexts.get(fingerprint) ?? createSecureContext({ cert: pem, key: keyPem })
    contexts.set(fingerprint, known)
    return known
  }

  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    const shown = presence()
    const record = { fingerprint: undefined as string | undefined, clientBytes: 0, requests: 0 }
    if (connections.length >= MOST_KEPT) connections.splice(0, MOST_KEPT / 2)
    connections.push(record)
    if (shown === 'reset') socket.resetAndDestroy()
    if (typeof shown === 'string') return
    record.fingerprint = shown.fingerprint
    serve(new TLSSocket(socket, { isServer: true, secureContext: contextOf(shown) }), record, {
      presence,
      answer,
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('Cannot serve: no TCP port')

  const resetAll = () => {
    for (const socket of [...sockets]) socket.resetAndDestroy()
  }
  return {
    port: address.port,
    connections,
    resetAll,
    async [Symbol.asyncDispose]() {
      resetAll()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/** A connection made before a certificate changed, or the endpoint went, does not outlive it. */
function serve(socket: TLSSocket, record: ConnectionRecord, { presence, answer }: TlsFrontOptions): void {
  const reader = new RequestReader()
  let isStuck = false
  socket.on('error', () => socket.destroy())
  socket.on('data', (bytes: Buffer) => {
    record.clientBytes += bytes.length
    const shown = presence()
    if (isStuck || shown === 'silent') return
    if (shown === 'reset' || shown.fingerprint !== record.fingerprint) return void socket.destroy()
    try {
      for (const request of reader.push(bytes)) {
        record.requests += 1
        const reply = answer(request)
        isStuck = reply === undefined || reply.isCut === true
        if (reply !== undefined) socket.write(replyBytes(reply, request))
        if (reply?.isCut) socket.end()
        if (isStuck) return
      }
    } catch {
      socket.end('HTTP/1.1 400 bad request\r\nContent-Length: 0\r\n\r\n')
    }
  })
}
