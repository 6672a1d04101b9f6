import { decode, malformed, type Value } from './decode.ts'

/** A method of a service. Only texts can be given to it, as one list. */
export interface BusCall {
  destination: string
  path: string
  interface: string
  member: string
  texts?: readonly string[]
}

/** What the bus wants to hear before it passes anything on. */
export const HELLO: BusCall = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
  member: 'Hello',
}

/** A call as people write it. */
export const callForm = (call: BusCall) => `${call.interface}.${call.member}(${(call.texts ?? []).join()})`

export interface BusMessage {
  kind: 'call' | 'return' | 'error' | 'signal' | 'unknown'
  /** Serial of the call it answers. */
  answers: number | undefined
  /** Name of an error, as org.freedesktop.DBus.Error.AccessDenied. */
  error: string | undefined
  /** @throws {LumenError} `dbus_malformed` */
  body(): Value[]
}

const HEADER_BYTES = 16
/** No answer we ask for is near it: a failed unit has 300 bytes. */
const MAX_BYTES = 4 * 1024 * 1024
const KINDS = ['unknown', 'call', 'return', 'error', 'signal'] as const
const FIELD = {
  path: 1,
  interface: 2,
  member: 3,
  error: 4,
  answers: 5,
  destination: 6,
  signature: 8,
} as const
/** Nothing is started that does not run (D-Bus Specification, NO_AUTO_START). */
const NO_AUTO_START = 2

/** The bytes of a call, little-endian. */
export function encodeCall(serial: number, call: BusCall): Buffer {
  const { texts } = call
  const body = new Writer()
  if (texts !== undefined)
    body.list(4, () => {
      for (const text of texts) body.text(text)
    })
  const head = new Writer()
  head.bytes('l'.charCodeAt(0), KINDS.indexOf('call'), NO_AUTO_START, 1)
  head.number(body.length)
  head.number(serial)
  head.list(8, () => {
    head.field(FIELD.path, 'o', call.path)
    head.field(FIELD.interface, 's', call.interface)
    head.field(FIELD.member, 's', call.member)
    head.field(FIELD.destination, 's', call.destination)
    if (texts !== undefined) head.field(FIELD.signature, 'g', 'as')
  })
  head.align(8)
  return Buffer.concat([head.done(), body.done()])
}

/** The first message in what arrived so far, with its length; undefined while it is not all there.
 * @throws {LumenError} `dbus_malformed` also for one too long to be believed */
export function decodeMessage(bytes: Buffer): { message: BusMessage; length: number } | undefined {
  if (bytes.length < HEADER_BYTES) return undefined
  const isLittle = bytes[0] === 'l'.charCodeAt(0)
  if ((!isLittle && bytes[0] !== 'B'.charCodeAt(0)) || bytes[3] !== 1)
    throw malformed('no message of version 1')
  const [bodyLength, , fieldsLength] = decode(bytes, isLittle, 'uuu', 4) as number[]
  const bodyAt = Math.ceil((HEADER_BYTES + fieldsLength!) / 8) * 8
  const length = bodyAt + bodyLength!
  if (length > MAX_BYTES) throw malformed(`a message of ${length} bytes`)
  if (bytes.length < length) return undefined
  const [list] = decode(bytes.subarray(0, bodyAt), isLittle, 'a(yv)', 12) as [[number, Value][]]
  const fields = new Map(list)
  const text = (code: number) => {
    const value = fields.get(code)
    return typeof value === 'string' ? value : undefined
  }
  const answers = fields.get(FIELD.answers)
  const body = bytes.subarray(bodyAt, length)
  const message: BusMessage = {
    kind: KINDS[bytes[1]!] ?? 'unknown',
    answers: typeof answers === 'number' ? answers : undefined,
    error: text(FIELD.error),
    body: () => decode(body, isLittle, text(FIELD.signature) ?? ''),
  }
  return { message, length }
}

/** Marshals the few types a call needs. */
class Writer {
  #bytes: number[] = []

  get length(): number {
    return this.#bytes.length
  }

  bytes(...bytes: number[]): void {
    this.#bytes.push(...bytes)
  }

  align(to: number): void {
    while (this.#bytes.length % to !== 0) this.#bytes.push(0)
  }

  number(value: number): void {
    this.align(4)
    this.bytes(...littleEndian(value))
  }

  text(text: string): void {
    const bytes = Buffer.from(text)
    this.number(bytes.length)
    this.bytes(...bytes, 0)
  }

  /** The length in front does not count what aligns the first element. */
  list(align: number, write: () => void): void {
    this.number(0)
    const lengthAt = this.length - 4
    this.align(align)
    const from = this.length
    write()
    this.#bytes.splice(lengthAt, 4, ...littleEndian(this.length - from))
  }

  field(code: number, type: string, text: string): void {
    this.align(8)
    this.bytes(code, 1, type.charCodeAt(0), 0)
    if (type === 'g') this.bytes(text.length, ...Buffer.from(text), 0)
    else this.text(text)
  }

  done(): Buffer {
    return Buffer.from(this.#bytes)
  }
}

const littleEndian = (value: number) => [0, 8, 16, 24].map((shift) => (value >>> shift) & 255)
