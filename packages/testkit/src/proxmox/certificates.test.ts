import { expect, test } from 'bun:test'
import { X509Certificate } from 'node:crypto'
import { CertificateAuthority } from './certificates.ts'

const NAMES = ['127.0.0.1', '::1', '2001:db8::7:1', 'pve1', 'pve1.lan']

test('a leaf is signed by its authority, which signed itself, and by no other', () => {
  const authority = new CertificateAuthority()
  const root = new X509Certificate(authority.pem)
  const leaf = new X509Certificate(authority.issue({ commonName: 'pve1.lan', names: NAMES }).pem)
  const stranger = new X509Certificate(new CertificateAuthority().pem)
  expect([root.ca, leaf.ca]).toEqual([true, false])
  expect(root.verify(root.publicKey)).toBe(true)
  expect(leaf.verify(root.publicKey)).toBe(true)
  expect(leaf.checkIssued(root)).toBe(true)
  expect(leaf.verify(stranger.publicKey)).toBe(false)
})

test('a leaf holds for each of its names and for no other', () => {
  const leaf = new X509Certificate(
    new CertificateAuthority().issue({ commonName: 'pve1.lan', names: NAMES }).pem,
  )
  expect(leaf.subjectAltName).toContain('DNS:pve1.lan')
  expect([leaf.checkHost('pve1'), leaf.checkHost('pve1.lan')]).toEqual(['pve1', 'pve1.lan'])
  expect([leaf.checkIP('127.0.0.1'), leaf.checkIP('2001:db8::7:1')]).toEqual(['127.0.0.1', '2001:db8::7:1'])
  expect([leaf.checkHost('pve2'), leaf.checkIP('127.0.0.2')]).toEqual([undefined, undefined])
})

test('the fingerprint is that of the DER, and a renewed leaf has another', () => {
  const authority = new CertificateAuthority()
  const [first, renewed] = [1, 2].map(() => authority.issue({ commonName: 'pve1.lan', names: NAMES }))
  expect(first!.fingerprint).toBe(new X509Certificate(first!.pem).fingerprint256)
  expect(first!.fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/)
  expect(renewed!.fingerprint).not.toBe(first!.fingerprint)
})

test('dates before and after 2050 come out as they went in', () => {
  const notBeforeMs = Date.UTC(2026, 10, 25, 2, 3, 4)
  const notAfterMs = Date.UTC(2051, 0, 2, 3, 4, 5)
  const { pem } = new CertificateAuthority().issue({ commonName: 'a', names: ['a'], notBeforeMs, notAfterMs })
  const leaf = new X509Certificate(pem)
  expect([Date.parse(leaf.validFrom), Date.parse(leaf.validTo)]).toEqual([notBeforeMs, notAfterMs])
})
