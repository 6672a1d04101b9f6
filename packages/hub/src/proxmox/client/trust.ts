import { createHash, X509Certificate } from 'node:crypto'
import { checkServerIdentity, type TLSSocket } from 'node:tls'
import type { ShownCertificate } from '@lumen/protocol/http/proxmox/certificate'
import type { Trust } from '@lumen/protocol/http/proxmox/trust'
import type { Address } from './address.ts'

/** A certificate that will not do, and why in words. */
export interface CertificateFault {
  shown: ShownCertificate | null
  why: string
}

/** What a server at `address` must show before anything is said to it. Call once the handshake is over, which proves
 * that the other side holds the certificate's key; undefined when the certificate will do. With fingerprints neither
 * authority, name nor date counts: the certificate itself was confirmed by a person. */
export function certificateFault(
  socket: TLSSocket,
  trust: Trust,
  { host }: Address,
): CertificateFault | undefined {
  const certificate = socket.getPeerCertificate()
  const { raw } = certificate
  const shown = raw === undefined ? null : describeCertificate(raw)
  if (shown === null) return { shown, why: 'shows no certificate' }
  if (trust.by === 'fingerprint') {
    if (trust.sha256.some((text) => fingerprintText(text) === shown.fingerprint)) return undefined
    return { shown, why: `shows a certificate with SHA-256 ${shown.fingerprint}, which was not confirmed` }
  }
  const misfit = checkServerIdentity(host, certificate)
  if (socket.authorized && misfit === undefined) return undefined
  const reason = reasonOf(socket)
  if (misfit !== undefined && (socket.authorized || reason.includes('altname'))) {
    return {
      shown,
      why: `shows a certificate for ${shown.names.join(', ') || shown.subject}, not for ${host}`,
    }
  }
  const of = trust.by === 'ca' ? 'the given authority' : 'a public authority'
  return { shown, why: `shows a certificate that is not vouched for by ${of}: ${reason}` }
}

/** SHA-256 as Proxmox and openssl print it, and what a person compares beside it. */
export function describeCertificate(der: Uint8Array): ShownCertificate {
  const parsed = new X509Certificate(Buffer.from(der))
  const names = [...(parsed.subjectAltName ?? '').matchAll(/(?:DNS|IP Address):([^,\s]+)/g)]
  return {
    fingerprint: fingerprintText(createHash('sha256').update(der).digest('hex')),
    subject: oneLine(parsed.subject),
    issuer: oneLine(parsed.issuer),
    names: names.map(([, name]) => name!).slice(0, 64),
    not_before: Date.parse(parsed.validFrom),
    not_after: Date.parse(parsed.validTo),
  }
}

/** A SHA-256 in the one spelling the hub uses: `AA:BB:…`. */
export function fingerprintText(text: string): string {
  const digits = text.replace(/^sha256 fingerprint=/i, '').replaceAll(':', '')
  return digits.toUpperCase().replace(/..(?!$)/g, '$&:')
}

const oneLine = (name: string) => name.split('\n').join(', ').slice(0, 512)

/** BoringSSL's own word for it, as in `CERT_HAS_EXPIRED`. */
function reasonOf({ authorizationError: fault }: TLSSocket): string {
  const said: unknown = fault
  const text = said instanceof Error ? ('code' in said ? String(said.code) : said.message) : String(said)
  return text.toLowerCase().replaceAll('_', ' ')
}
