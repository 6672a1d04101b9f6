import { readFileSync } from 'node:fs'
import { errorCode, errorMessage, LumenError } from '@lumen/std/error'
import type { HubConfig } from '../config/hub-config.ts'
import type { LiveStream } from '../live/live-stream.ts'
import { type LiveSocketData, liveSockets } from './live-sockets.ts'
import type { Router } from './router.ts'
import { addSecurityHeaders } from './security-headers.ts'

export interface Listening extends AsyncDisposable {
  url: string
  port: number
}

/** Connections without a byte for this long are closed. */
const IDLE_S = 30
/** Time that requests under way get when the hub stops. */
const STOP_GRACE_MS = 500

/** Binds the port and serves the app and the live stream on it.
 * @throws {LumenError} `port_in_use`, `port_forbidden`, `address_unavailable`, `tls_unusable` */
export function listen(config: HubConfig, router: Router, live: LiveStream): Listening {
  const tls = readTls(config)
  try {
    const server = Bun.serve<LiveSocketData>({
      hostname: config.host,
      port: config.port,
      ...(tls === undefined ? {} : { tls }),
      idleTimeout: IDLE_S,
      // bodies are limited call by call, so that too large a one gets a problem answer
      maxRequestBodySize: Number.MAX_SAFE_INTEGER,
      development: false,
      // outside development Bun shares the port with whoever has it, and two hubs would answer in turns
      reusePort: false,
      websocket: liveSockets(live),
      fetch: async (request, bunServer) => {
        const answer = await router.hono.fetch(request, { server: bunServer })
        addSecurityHeaders(answer.headers, tls !== undefined)
        return answer
      },
    })
    const name = isEveryAddress(config.host) ? '127.0.0.1' : config.host
    const host = name.includes(':') ? `[${name}]` : name
    return {
      url: `${tls === undefined ? 'http' : 'https'}://${host}:${server.port}`,
      port: server.port ?? config.port,
      [Symbol.asyncDispose]: async () => {
        const idle = server.stop(false)
        await Promise.race([idle, Bun.sleep(STOP_GRACE_MS)])
        await server.stop(true)
      },
    }
  } catch (cause) {
    throw tls !== undefined && isTlsFault(cause) ? tlsFault(cause) : asListenFault(cause, config)
  }
}

function isEveryAddress(host: string): boolean {
  return host === '0.0.0.0' || host === '::'
}

function readTls({ tlsCert, tlsKey }: HubConfig): { cert: string; key: string } | undefined {
  if (tlsCert === undefined && tlsKey === undefined) return undefined
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new LumenError(
      'tls_unusable',
      'Cannot serve HTTPS with one file: give both --tls-cert and --tls-key',
    )
  }
  try {
    return { cert: readFileSync(tlsCert, 'utf8'), key: readFileSync(tlsKey, 'utf8') }
  } catch (cause) {
    throw tlsFault(cause)
  }
}

function tlsFault(cause: unknown): LumenError {
  return new LumenError(
    'tls_unusable',
    `Cannot use the files of --tls-cert and --tls-key: ${errorMessage(cause)}. They must be a certificate and its key in PEM`,
    { cause },
  )
}

/** BoringSSL's own words, `error:0900006e:PEM routines:…`. */
function isTlsFault(cause: unknown): boolean {
  return /^error:[0-9a-f]{8}:|\bPEM\b|\bSSL\b|TLS/.test(errorMessage(cause))
}

function asListenFault(cause: unknown, { host, port }: HubConfig): LumenError {
  const where = `${host}:${port}`
  switch (errorCode(cause)) {
    case 'EADDRINUSE':
      return new LumenError(
        'port_in_use',
        `Cannot listen on ${where}: another program has the port. Stop it, or choose another with --listen`,
        { cause },
      )
    case 'EACCES':
      return new LumenError(
        'port_forbidden',
        `Cannot listen on ${where}: this user may not take the port. Choose one above 1023 with --listen`,
        { cause },
      )
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new LumenError(
        'address_unavailable',
        `Cannot listen on ${where}: this machine has no such address. Choose another with --listen`,
        { cause },
      )
    default:
      return new LumenError('listen_failed', `Cannot listen on ${where}: ${errorMessage(cause)}`, { cause })
  }
}
