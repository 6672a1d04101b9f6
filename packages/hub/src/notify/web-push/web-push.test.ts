import { expect, test } from 'bun:test'
import { createPublicKey, verify } from 'node:crypto'
import { decryptPush, testBrowser } from '@lumen/testkit/push-browser'
import { encryptPush, MOST_PUSH_BYTES } from './encrypt-push.ts'
import { vapidHeader } from './vapid.ts'

test('the example of RFC 8291 comes out to the byte', () => {
  const body = encryptPush(
    Buffer.from('When I grow up, I want to be a watermelon'),
    {
      p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
      auth: 'BTBZMqHH6r4Tts7J_aSIgg',
    },
    {
      privateKey: Buffer.from('yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw', 'base64url'),
      salt: Buffer.from('DGv6ra1nlYgDCS1FRnbzlw', 'base64url'),
    },
  )
  expect(body.toString('base64url')).toBe(
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
  )
})

test('a browser reads what was sealed for it, and nobody else does', () => {
  const [browser, other] = [testBrowser(), testBrowser()]
  const body = encryptPush(Buffer.from('disk is full ☂'), browser.keys)
  expect(decryptPush(body, browser).toString()).toBe('disk is full ☂')
  expect(() => decryptPush(body, other)).toThrow()
})

test('the longest text fits into what a push service takes', () => {
  expect(encryptPush(Buffer.alloc(MOST_PUSH_BYTES), testBrowser().keys).length).toBe(4_096)
})

test('the hub signs for the push service it asks, for half a day', () => {
  const hub = testBrowser()
  const now = Date.UTC(2026, 10, 25)
  const header = vapidHeader({
    ...{ endpoint: 'https://push.example:8443/send/abc', contact: 'mailto:a@b.example', now },
    ...{ publicKey: hub.keys.p256dh, privateKey: hub.privateKey },
  })
  const [, token, key] = /^vapid t=([^,]+), k=(.+)$/.exec(header) ?? []
  expect(key).toBe(hub.keys.p256dh)
  const [head, claims, signature] = token!.split('.') as [string, string, string]
  const parsed = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as unknown
  expect(parsed(head)).toEqual({ typ: 'JWT', alg: 'ES256' })
  expect(parsed(claims)).toEqual({
    aud: 'https://push.example:8443',
    exp: now / 1_000 + 43_200,
    sub: 'mailto:a@b.example',
  })
  const point = Buffer.from(key!, 'base64url')
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString('base64url')) as [
    string,
    string,
  ]
  const publicKey = createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', x, y } })
  const isGenuine = verify(
    'sha256',
    Buffer.from(`${head}.${claims}`),
    { key: publicKey, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  )
  expect(isGenuine).toBe(true)
})
