import { createPrivateKey, sign } from 'node:crypto'

/** Who the hub is to push services, and that it is it: RFC 8292, a JWT signed with ES256. Good for 12 hours, half of
 * what a service may take at most.
 * @param endpoint the subscription's
 * @param contact `mailto:` or https address a service may complain to
 * @returns value of `Authorization` */
export function vapidHeader(given: {
  endpoint: string
  contact: string
  publicKey: string
  privateKey: string
  /** Epoch ms. */
  now: number
}): string {
  const { endpoint, contact, publicKey, privateKey, now } = given
  const claims = { aud: new URL(endpoint).origin, exp: Math.floor(now / 1_000) + 12 * 3_600, sub: contact }
  const body = `${encoded({ typ: 'JWT', alg: 'ES256' })}.${encoded(claims)}`
  const signature = sign('sha256', Buffer.from(body), {
    key: keyOf(publicKey, privateKey),
    dsaEncoding: 'ieee-p1363',
  })
  return `vapid t=${body}.${signature.toString('base64url')}, k=${publicKey}`
}

function encoded(json: object): string {
  return Buffer.from(JSON.stringify(json)).toString('base64url')
}

/** From an uncompressed point and the private number, both base64url. */
function keyOf(publicKey: string, privateKey: string) {
  const point = Buffer.from(publicKey, 'base64url')
  const x = point.subarray(1, 33).toString('base64url')
  const y = point.subarray(33).toString('base64url')
  return createPrivateKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', x, y, d: privateKey } })
}
