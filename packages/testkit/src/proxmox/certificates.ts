import {
  createHash,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto'
import { isIPv4, isIPv6 } from 'node:net'
import {
  bitString,
  boolean,
  objectId,
  octetString,
  primitive,
  sequence,
  set,
  tagged,
  time,
  unsigned,
  utf8String,
} from './der.ts'

/** What a TLS server needs and what a client may pin. */
export interface Certificate {
  pem: string
  keyPem: string
  /** SHA-256 of the DER, `AA:BB:…` as Proxmox prints it. */
  fingerprint: string
  notBeforeMs: number
  notAfterMs: number
  names: readonly string[]
  subject: string
  issuer: string
}

export interface LeafOptions {
  commonName: string
  /** DNS names and IP addresses. */
  names: readonly string[]
  notBeforeMs?: number
  notAfterMs?: number
}

/** Clients check validity by the machine's clock, which a test's clock may be years away from. */
const LONG_AGO = Date.UTC(2015, 0, 1)
const FAR_AHEAD = Date.UTC(2049, 11, 31)

const ECDSA_WITH_SHA256 = sequence(objectId('1.2.840.10045.4.3.2'))

/** A root of trust of its own, made anew each time as a Proxmox cluster makes its: EC P-256, X.509 v3 written here,
 * because no runtime this repository may rely on issues certificates. For tests: keys live in memory only. */
export class CertificateAuthority {
  readonly pem: string
  readonly #key: KeyObject
  readonly #name: Buffer
  readonly #keyId: Buffer

  constructor(commonName = 'Proxmox Virtual Environment') {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    this.#key = privateKey
    this.#name = distinguishedName({
      CN: commonName,
      OU: randomBytes(8).toString('hex'),
      O: 'PVE Cluster Manager CA',
    })
    this.#keyId = keyId(publicKey)
    const extensions = [
      extension('2.5.29.19', sequence(boolean(true)), true),
      extension('2.5.29.15', bitString(Buffer.from([0b0000_0110]), 1), true),
      extension('2.5.29.14', octetString(this.#keyId)),
    ]
    const der = this.#sign(this.#name, publicKey, LONG_AGO, FAR_AHEAD, extensions)
    this.pem = toPem('CERTIFICATE', der)
  }

  /** A certificate for a server, signed by this authority, with a key of its own: also how one is renewed. */
  issue({ commonName, names, notBeforeMs = LONG_AGO, notAfterMs = FAR_AHEAD }: LeafOptions): Certificate {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const subject = distinguishedName({
      OU: 'PVE Cluster Node',
      O: 'Proxmox Virtual Environment',
      CN: commonName,
    })
    const extensions = [
      extension('2.5.29.19', sequence()),
      extension('2.5.29.37', sequence(objectId('1.3.6.1.5.5.7.3.1'))),
      extension('2.5.29.14', octetString(keyId(publicKey))),
      extension('2.5.29.35', sequence(primitive(0, this.#keyId))),
      extension('2.5.29.17', sequence(...names.map(alternativeName))),
    ]
    const der = this.#sign(subject, publicKey, notBeforeMs, notAfterMs, extensions)
    const pem = toPem('CERTIFICATE', der)
    const parsed = new X509Certificate(pem)
    return {
      pem,
      keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      fingerprint: createHash('sha256')
        .update(der)
        .digest('hex')
        .toUpperCase()
        .replace(/..(?!$)/g, '$&:'),
      notBeforeMs,
      notAfterMs,
      names,
      subject: `/${parsed.subject.split('\n').join('/')}`,
      issuer: `/${parsed.issuer.split('\n').join('/')}`,
    }
  }

  #sign(
    subject: Buffer,
    publicKey: KeyObject,
    notBeforeMs: number,
    notAfterMs: number,
    extensions: Buffer[],
  ): Buffer {
    const toBeSigned = sequence(
      tagged(0, unsigned(Buffer.from([2]))),
      unsigned(randomBytes(16)),
      ECDSA_WITH_SHA256,
      this.#name,
      sequence(time(notBeforeMs), time(notAfterMs)),
      subject,
      publicKey.export({ type: 'spki', format: 'der' }),
      tagged(3, sequence(...extensions)),
    )
    return sequence(toBeSigned, ECDSA_WITH_SHA256, bitString(sign('sha256', toBeSigned, this.#key)))
  }
}

const ATTRIBUTES = { CN: '2.5.4.3', OU: '2.5.4.11', O: '2.5.4.10' } as const

function distinguishedName(parts: Partial<Record<keyof typeof ATTRIBUTES, string>>): Buffer {
  const attributes = Object.entries(parts).map(([name, value]) =>
    set(sequence(objectId(ATTRIBUTES[name as keyof typeof ATTRIBUTES]), utf8String(value))),
  )
  return sequence(...attributes)
}

function extension(id: string, value: Buffer, isCritical = false): Buffer {
  return sequence(objectId(id), ...(isCritical ? [boolean(true)] : []), octetString(value))
}

function alternativeName(name: string): Buffer {
  if (isIPv4(name)) return primitive(7, Buffer.from(name.split('.').map(Number)))
  if (isIPv6(name)) return primitive(7, ipv6Bytes(name))
  return primitive(2, Buffer.from(name, 'latin1'))
}

/** Of an address without an embedded IPv4 part. */
function ipv6Bytes(address: string): Buffer {
  const [head = '', tail] = address.split('::')
  const groups = (text: string) =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))
  const before = groups(head)
  const after = groups(tail ?? '')
  const all = [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after]
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]))
}

function keyId(publicKey: KeyObject): Buffer {
  return createHash('sha1')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest()
}

function toPem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}
