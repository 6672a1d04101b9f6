import { LumenError } from '@lumen/std/error'

/** A value of D-Bus: structs, arrays and dictionaries as lists, a variant as what it holds. */
export type Value = number | string | Value[]

/** Deeper than anything systemd says; a message may nest without end. */
const MAX_DEPTH = 16

/** The values of a signature (D-Bus Specification, Marshaling), of the types that headers and lists of units are made
 * of; any other is nonsense here. Offsets count from the message's first byte, of which
 * `bytes` may be any part that begins at a multiple of 8.
 * @throws {LumenError} `dbus_malformed`; {RangeError} where the bytes end too early */
export function decode(bytes: Buffer, isLittle: boolean, signature: string, at = 0): Value[] {
  return new Decoder(bytes, isLittle, at).all(signature)
}

class Decoder {
  readonly #bytes: Buffer
  readonly #isLittle: boolean
  #at: number
  #depth = 0

  constructor(bytes: Buffer, isLittle: boolean, at: number) {
    this.#bytes = bytes
    this.#isLittle = isLittle
    this.#at = at
  }

  all(signature: string): Value[] {
    this.#depth += 1
    if (this.#depth > MAX_DEPTH) throw malformed('nested too deeply')
    const values = typesOf(signature).map((type) => this.#value(type))
    this.#depth -= 1
    return values
  }

  #value(type: string): Value {
    const bytes = this.#bytes
    const at = this.#skip(alignOf(type), SIZES[type] ?? 0)
    switch (type[0]) {
      case 'y':
        return bytes.readUInt8(at)
      case 'u':
        return this.#isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at)
      case 's':
      case 'o':
        return this.#text(this.#value('u') as number)
      case 'g':
        return this.#text(this.#value('y') as number)
      case 'v':
        return this.#variant()
      case 'a':
        return this.#array(type.slice(1))
      default:
        return this.all(type.slice(1, -1))
    }
  }

  #variant(): Value {
    const values = this.all(this.#value('g') as string)
    if (values.length !== 1) throw malformed('a variant of several values')
    return values[0]!
  }

  /** Every type takes at least a byte, so it ends with the bytes at the latest. */
  #array(type: string): Value[] {
    const length = this.#value('u') as number
    const end = this.#skip(alignOf(type)) + length
    if (end > this.#bytes.length) throw malformed('an array longer than its message')
    const values: Value[] = []
    while (this.#at < end) values.push(this.all(type)[0]!)
    if (this.#at !== end) throw malformed('an array whose last value is cut')
    return values
  }

  #text(length: number): string {
    const from = this.#skip(1, length + 1)
    if (this.#at > this.#bytes.length) throw malformed('a text longer than its message')
    return this.#bytes.toString('utf8', from, from + length)
  }

  /** Where a value begins; goes on behind it. */
  #skip(align: number, size = 0): number {
    const from = Math.ceil(this.#at / align) * align
    this.#at = from + size
    return from
  }
}

/** Bytes of what has a fixed size. */
const SIZES: Readonly<Record<string, number>> = { y: 1, u: 4 }

function alignOf(type: string): number {
  const code = type[0]!
  if (code === '(' || code === '{') return 8
  return SIZES[code] ?? (code === 'v' || code === 'g' ? 1 : 4)
}

const SIMPLE = 'yusogv'
const CLOSING: Readonly<Record<string, string>> = { '(': ')', '{': '}' }

/** The complete types a signature is made of: `a(ss)u` is `a(ss)` and `u`. */
export function typesOf(signature: string): string[] {
  const types: string[] = []
  for (let at = 0; at < signature.length; ) {
    const end = endOf(signature, at)
    types.push(signature.slice(at, end))
    at = end
  }
  return types
}

function endOf(signature: string, from: number): number {
  let at = from
  while (signature[at] === 'a') at += 1
  const code = signature[at] ?? ''
  if (SIMPLE.includes(code) && code !== '') return at + 1
  const closing = CLOSING[code]
  let inner = at + 1
  while (closing !== undefined && inner < signature.length && signature[inner] !== closing)
    inner = endOf(signature, inner)
  if (closing === undefined || signature[inner] !== closing || inner === at + 1)
    throw malformed(`the signature ${JSON.stringify(signature)}`)
  return inner + 1
}

export const malformed = (what: string) => new LumenError('dbus_malformed', `the bus said nonsense: ${what}`)
