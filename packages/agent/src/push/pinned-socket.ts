import type { TLSSocket } from 'node:tls'
import { LumenError } from '@lumen/std/error'
import { type Pin, pinOf } from './pin.ts'

/** A connection to a hub known by its certificate alone, its handshake over and nothing written yet.
 * @throws {LumenError} `certificate_wrong`, `hub_closed`, `push_aborted`; the system's error when the connection fails */
export function connectPinned(url: URL, pins: readonly Pin[], signal: AbortSignal): Promise<TLSSocket> {
  const { hostname, port } = url
  const host = hostname.replace(/^\[|\]$/g, '')
  const { connect } = process.getBuiltinModule('node:tls')
  const { isIP } = process.getBuiltinModule('node:net')
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port: Number(port) || 443,
      rejectUnauthorized: false,
      ...(isIP(host) === 0 && { servername: host }),
    })
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
    const abort = () => fail(new LumenError('push_aborted', 'stopped'))
    signal.addEventListener('abort', abort, { once: true })
    socket.on('error', fail)
    socket.on('close', () =>
      fail(new LumenError('hub_closed', 'the connection was closed in the TLS handshake')),
    )
    socket.on('secureConnect', () => {
      const fault = certificateFault(socket, pins)
      if (fault === undefined) give(() => resolve(socket))
      else fail(fault)
    })
  })
}

function certificateFault(socket: TLSSocket, pins: readonly Pin[]): LumenError | undefined {
  const { raw } = socket.getPeerCertificate()
  const shown = raw === undefined ? undefined : pinOf(raw)
  if (shown !== undefined && pins.includes(shown)) return undefined
  return new LumenError(
    'certificate_wrong',
    `the hub shows a certificate with SHA-256 ${shown ?? 'unknown'}, which is not the one of --pin: nothing was sent. If its certificate was renewed, give the new one`,
  )
}
