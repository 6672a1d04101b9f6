import { isIP } from 'node:net'
import { connect, type TLSSocket } from 'node:tls'
import type { ShownCertificate } from '@lumen/protocol/http/proxmox/certificate'
import type { Trust } from '@lumen/protocol/http/proxmox/trust'
import { errorMessage } from '@lumen/std/error'
import { type Address, addressText } from './address.ts'
import { certificateFault, describeCertificate } from './trust.ts'

export type Connecting =
  | { kind: 'connected'; socket: TLSSocket }
  | { kind: 'wrong-certificate'; address: string; shown: ShownCertificate | null; why: string }
  | { kind: 'unreachable'; reason: string }

/** Time for a connection and its handshake. */
const CONNECT_TIMEOUT_MS = 10_000

/** Connects and compares the certificate. A socket is given away only after that, so nothing can be written to one
 * that was not checked: to a wrong server not one byte of a request is sent. */
export async function connectChecked(
  address: Address,
  trust: Trust,
  signal: AbortSignal,
): Promise<Connecting> {
  const shaken = await handshake(address, trust.by === 'ca' ? trust.pem : undefined, signal)
  if (shaken.kind === 'unreachable') return shaken
  const { socket } = shaken
  const fault = certificateFault(socket, trust, address)
  if (fault === undefined) return { kind: 'connected', socket }
  socket.on('error', () => undefined)
  socket.destroy()
  return { kind: 'wrong-certificate', address: addressText(address), ...fault }
}

export type Probe = { kind: 'shown'; certificate: ShownCertificate } | { kind: 'unreachable'; reason: string }

/** What certificate a server shows. Says nothing to it and closes. */
export async function probeCertificate(address: Address, signal: AbortSignal): Promise<Probe> {
  const shaken = await handshake(address, undefined, signal)
  if (shaken.kind === 'unreachable') return shaken
  const { socket } = shaken
  const { raw } = socket.getPeerCertificate()
  socket.on('error', () => undefined)
  socket.destroy()
  if (raw === undefined) return { kind: 'unreachable', reason: 'shows no certificate' }
  return { kind: 'shown', certificate: describeCertificate(raw) }
}

type Shaken = { kind: 'shaken'; socket: TLSSocket } | { kind: 'unreachable'; reason: string }

/** A TLS connection nobody has looked at yet; what the certificate is worth is the caller's to ask. */
function handshake({ host, port }: Address, ca: string | undefined, signal: AbortSignal): Promise<Shaken> {
  return new Promise((resolve) => {
    const socket = connect({
      ...{ host, port, rejectUnauthorized: false },
      ...(ca !== undefined && { ca }),
      ...(isIP(host) === 0 && { servername: host }),
    })
    const give = (shaken: Shaken) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      socket.removeAllListeners()
      if (shaken.kind === 'unreachable') {
        socket.on('error', () => undefined)
        socket.destroy()
      }
      resolve(shaken)
    }
    const fail = (reason: string) => give({ kind: 'unreachable', reason })
    const abort = () => fail('stopped')
    const timer = setTimeout(
      () => fail(`no connection within ${CONNECT_TIMEOUT_MS / 1_000} s`),
      CONNECT_TIMEOUT_MS,
    )
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    socket.on('error', (fault) => fail(errorMessage(fault) || 'the connection failed'))
    socket.on('close', () => fail('the connection was closed in the TLS handshake'))
    socket.on('secureConnect', () => give({ kind: 'shaken', socket }))
  })
}
