import { sha256 } from '../runtime.ts'

/** SHA-256 of a certificate in DER, 64 hexadecimal digits in lower case. */
export type Pin = string

/** One pin or several, comma apart, as `openssl x509 -fingerprint -sha256` prints them or without colons.
 * @throws {Error} whose message says what is wanted */
export function parsePins(text: string): Pin[] {
  return text.split(',').map((part) => {
    const pin = part
      .trim()
      .replace(/^sha256 fingerprint=/i, '')
      .replaceAll(':', '')
      .toLowerCase()
    if (/^[0-9a-f]{64}$/.test(pin)) return pin
    throw new Error(
      `${JSON.stringify(part)} is no SHA-256 of a certificate: 64 hexadecimal digits, as openssl x509 -noout -fingerprint -sha256 -in FILE prints them`,
    )
  })
}

export function pinOf(certificate: Uint8Array): Pin {
  return sha256(certificate)
}
