import { createDecipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto'

/** A browser as far as web push goes: a key pair and a secret of its own. All base64url. */
export interface PushBrowser {
  /** What its subscription says. */
  keys: { p256dh: string; auth: string }
  privateKey: string
}

export function testBrowser(): PushBrowser {
  const ecdh = createECDH('prime256v1')
  const p256dh = ecdh.generateKeys().toString('base64url')
  return {
    keys: { p256dh, auth: randomBytes(16).toString('base64url') },
    // OpenSSL leaves zeros at its beginning out
    privateKey: Buffer.concat([Buffer.alloc(32), ecdh.getPrivateKey()])
      .subarray(-32)
      .toString('base64url'),
  }
}

/** What a browser does with the body of a push (RFC 8291 4, RFC 8188 2): reads the header, derives the keys, opens the one
 * record. Written apart from the hub's side.
 * @throws when it is not for this browser, or was changed */
export function decryptPush(body: Buffer, { keys, privateKey }: PushBrowser): Buffer {
  const salt = body.subarray(0, 16)
  const recordSize = body.readUInt32BE(16)
  const idLength = body[20]!
  const sender = body.subarray(21, 21 + idLength)
  const record = body.subarray(21 + idLength)
  if (record.length > recordSize) throw new Error('more than one record')
  const ecdh = createECDH('prime256v1')
  ecdh.setPrivateKey(Buffer.from(privateKey, 'base64url'))
  const own = Buffer.from(keys.p256dh, 'base64url')
  const derive = (secret: Uint8Array, saltOf: Uint8Array, info: Uint8Array, bytes: number) =>
    Buffer.from(hkdfSync('sha256', secret, saltOf, info, bytes))
  const ikm = derive(
    ecdh.computeSecret(sender),
    Buffer.from(keys.auth, 'base64url'),
    Buffer.concat([Buffer.from('WebPush: info'), Buffer.of(0), own, sender]),
    32,
  )
  const info = (name: string) => Buffer.concat([Buffer.from(`Content-Encoding: ${name}`), Buffer.of(0)])
  const opener = createDecipheriv(
    'aes-128-gcm',
    derive(ikm, salt, info('aes128gcm'), 16),
    derive(ikm, salt, info('nonce'), 12),
  )
  opener.setAuthTag(record.subarray(-16))
  const padded = Buffer.concat([opener.update(record.subarray(0, -16)), opener.final()])
  const end = padded.findLastIndex((byte) => byte !== 0)
  if (padded[end] !== 2) throw new Error('the record is not the last one')
  return padded.subarray(0, end)
}
