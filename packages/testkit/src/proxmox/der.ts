/** The few ASN.1 types a certificate is made of, in DER (X.690). Each function returns one whole element. */

const encoded = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts)
  return Buffer.concat([Buffer.from([tag, ...lengthOctets(body.length)]), body])
}

function lengthOctets(length: number): number[] {
  if (length < 0x80) return [length]
  const octets: number[] = []
  for (let left = length; left > 0; left = Math.floor(left / 256)) octets.unshift(left % 256)
  return [0x80 | octets.length, ...octets]
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer => encoded(0x30, ...parts)
export const set = (...parts: readonly Uint8Array[]): Buffer => encoded(0x31, ...parts)
export const octetString = (bytes: Uint8Array): Buffer => encoded(0x04, bytes)
export const utf8String = (text: string): Buffer => encoded(0x0c, Buffer.from(text, 'utf8'))
export const boolean = (value: boolean): Buffer => encoded(0x01, Buffer.from([value ? 0xff : 0]))

/** A whole number of zero or more, from its big-endian bytes. */
export function unsigned(bytes: Uint8Array): Buffer {
  let first = 0
  while (first < bytes.length - 1 && bytes[first] === 0) first += 1
  const digits = bytes.subarray(first)
  return encoded(0x02, Buffer.from(digits[0]! >= 0x80 ? [0] : []), digits)
}

/** `unusedBits` are the low bits of the last byte that do not count. */
export const bitString = (bytes: Uint8Array, unusedBits = 0): Buffer =>
  encoded(0x03, Buffer.from([unusedBits]), bytes)

/** `2.5.4.3` and the like. */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const octets = [first * 40 + second, ...rest].flatMap((arc) => {
    const digits = [arc % 128]
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      digits.unshift(0x80 | (left % 128))
    return digits
  })
  return encoded(0x06, Buffer.from(octets))
}

/** Seconds precision; UTCTime until 2049, GeneralizedTime afterwards, as RFC 5280 wants. */
export function time(epochMs: number): Buffer {
  const digits = new Date(epochMs)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:T]/g, '')
  const isUtcTime = digits >= '1950' && digits < '2050'
  return encoded(isUtcTime ? 0x17 : 0x18, Buffer.from(isUtcTime ? digits.slice(2) : digits, 'latin1'))
}

/** A context tag: around a whole element, or (`primitive`) in place of its own tag. */
export const tagged = (tag: number, ...parts: readonly Uint8Array[]): Buffer => encoded(0xa0 | tag, ...parts)
export const primitive = (tag: number, bytes: Uint8Array): Buffer => encoded(0x80 | tag, bytes)
