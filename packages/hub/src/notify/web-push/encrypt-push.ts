import { createCipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto'

/** Most bytes of text in one push: a push service takes 4096 of body (RFC 8030 7.2), 103 of them are around it. */
export const MOST_PUSH_BYTES = 3_993

const RECORD_BYTES = 4_096

/** The body of a push for one browser: RFC 8291 over RFC 8188 (aes128gcm), one record.
 * @param p256dh, auth of its subscription, base64url
 * @param made key pair and salt, for tests
 * @throws {Error} when `p256dh` is no point of P-256 */
export function encryptPush(
  text: Uint8Array,
  { p256dh, auth }: { p256dh: string; auth: string },
  made: { privateKey?: Buffer; salt?: Buffer } = {},
): Buffer<ArrayBuffer> {
  const theirs = Buffer.from(p256dh, 'base64url')
  const ecdh = createECDH('prime256v1')
  if (made.privateKey === undefined) ecdh.generateKeys()
  else ecdh.setPrivateKey(made.privateKey)
  const ours = ecdh.getPublicKey()
  const salt = made.salt ?? randomBytes(16)
  const shared = ecdh.computeSecret(theirs)
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), theirs, ours])
  const secret = Buffer.from(hkdfSync('sha256', shared, Buffer.from(auth, 'base64url'), info, 32))
  const key = Buffer.from(hkdfSync('sha256', secret, salt, 'Content-Encoding: aes128gcm\0', 16))
  const nonce = Buffer.from(hkdfSync('sha256', secret, salt, 'Content-Encoding: nonce\0', 12))
  const cipher = createCipheriv('aes-128-gcm', key, nonce)
  // 2: the last record
  const sealed = Buffer.concat([
    cipher.update(text),
    cipher.update(Buffer.of(2)),
    cipher.final(),
    cipher.getAuthTag(),
  ])
  const size = Buffer.alloc(4)
  size.writeUInt32BE(RECORD_BYTES)
  return Buffer.concat([salt, size, Buffer.of(ours.length), ours, sealed])
}
