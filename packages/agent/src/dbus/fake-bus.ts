import { mkdirSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { dirname } from 'node:path'
import { decode, type Value } from './decode.ts'
import { marshalMessage } from './marshal.ts'

type Behaviour =
  | 'answers'
  /** Says nothing: at all, after the handshake, or to the call itself. */
  | 'hangs'
  | 'hangs after the handshake'
  | 'hangs when asked'
  | 'rejects'
  | 'speaks HTTP'
  | 'babbles'
  | 'sends garbage'
  | 'announces too much'
  | 'closes'

/** What it answers to ListUnitsFiltered, or an error's name. */
export type UnitsAnswer = { signature: string; body: Value[] } | { error: string }

export const SYSTEMD_SIGNATURE = 'a(ssssssouso)'

/** A unit as systemd lists it. */
export function listedUnit(name: string, active = 'failed', sub = active): Value {
  return [
    name,
    `What ${name} is`,
    'loaded',
    active,
    sub,
    '',
    `/org/freedesktop/systemd1/unit/${name}`,
    0,
    '',
    '/',
  ]
}

/** A message bus with systemd on it, for tests: a real unix socket that speaks D-Bus in either byte order and in pieces
 * of any size, and misbehaves as told. */
export class FakeBus {
  behaviour: Behaviour = 'answers'
  isLittle = true
  /** Bytes of one write; each goes out in a turn of its own. */
  pieceBytes = Number.POSITIVE_INFINITY
  answer: UnitsAnswer = { signature: SYSTEMD_SIGNATURE, body: [[]] }
  /** Members that were called, with the first argument. */
  readonly asked: { member: string; flags: number; body: Value[] }[] = []
  connections = 0
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #queue: Promise<void> = Promise.resolve()

  constructor() {
    this.#server = createServer((socket) => this.#serve(socket))
  }

  async listen(path: string): Promise<void> {
    mkdirSync(dirname(path), { recursive: true })
    await new Promise<void>((resolve) => {
      this.#server.listen(path, resolve)
    })
  }

  /** Units that are failed from now on. */
  fail(...names: string[]): void {
    this.answer = { signature: SYSTEMD_SIGNATURE, body: [names.map((name) => listedUnit(name))] }
  }

  get openConnections(): number {
    return this.#sockets.size
  }

  drop(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  close(): void {
    this.drop()
    this.#server.close()
  }

  #serve(socket: Socket): void {
    this.connections += 1
    this.#sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => this.#sockets.delete(socket))
    let received: Buffer = Buffer.alloc(0)
    let isBegun = false
    socket.on('data', (bytes: Buffer) => {
      received = Buffer.concat([received, bytes])
      if (!isBegun && received.includes('BEGIN\r\n')) {
        isBegun = true
        received = received.subarray(received.indexOf('BEGIN\r\n') + 'BEGIN\r\n'.length)
      } else if (!isBegun) {
        if (received.includes('EXTERNAL\r\nDATA\r\n')) this.#shakeHands(socket, received.toString('latin1'))
        return
      }
      for (;;) {
        const call = readCall(received)
        if (call === undefined) return
        received = received.subarray(call.length)
        this.#answerCall(socket, call)
      }
    })
  }

  #shakeHands(socket: Socket, text: string): void {
    const says: Partial<Record<Behaviour, string>> = {
      rejects: 'REJECTED EXTERNAL DBUS_COOKIE_SHA1\r\n',
      'speaks HTTP': 'HTTP/1.1 400 Bad Request\r\n\r\n',
      babbles: 'DATA '.repeat(10_000),
    }
    if (this.behaviour === 'hangs' || text[0] !== '\0') return
    if (this.behaviour === 'closes') socket.end()
    else this.#send(socket, Buffer.from(says[this.behaviour] ?? 'DATA\r\nOK 1234deadbeef\r\n'))
  }

  #answerCall(socket: Socket, call: ReadCall): void {
    if (this.behaviour === 'hangs after the handshake') return
    const { isLittle } = this
    const fields = [[5, 'u', call.serial] as const]
    const own = { serial: call.serial + 100, isLittle }
    if (call.member === 'Hello') {
      const reply = marshalMessage({ kind: 'return', ...own, fields, signature: 's', body: [':1.7'] })
      this.#send(socket, Buffer.concat([reply, nameAcquired(isLittle)]))
      return
    }
    this.asked.push({ member: call.member, flags: call.flags, body: call.body })
    if (this.behaviour === 'hangs when asked') return
    if (this.behaviour === 'sends garbage') this.#send(socket, Buffer.from('garbage and more'.repeat(9)))
    else if (this.behaviour === 'announces too much') this.#send(socket, announced(isLittle))
    else if ('error' in this.answer) {
      const error = [4, 's', this.answer.error] as const
      const text = { signature: 's', body: ['no'] }
      this.#send(socket, marshalMessage({ kind: 'error', ...own, fields: [error, ...fields], ...text }))
    } else {
      // An answer to somebody else's call comes first.
      const other = [[5, 'u', call.serial + 7] as const]
      this.#send(socket, marshalMessage({ kind: 'return', ...own, fields: other }))
      this.#send(socket, marshalMessage({ kind: 'return', ...own, fields, ...this.answer }))
    }
  }

  #send(socket: Socket, bytes: Buffer): void {
    if (!Number.isFinite(this.pieceBytes)) {
      socket.write(bytes)
      return
    }
    // One after the other, behind whatever is still to be sent.
    for (let at = 0; at < bytes.length; at += this.pieceBytes) {
      const piece = bytes.subarray(at, at + this.pieceBytes)
      this.#queue = this.#queue.then(async () => {
        socket.write(piece)
        await new Promise((resolve) => setImmediate(resolve))
      })
    }
  }
}

interface ReadCall {
  serial: number
  member: string
  flags: number
  body: Value[]
  length: number
}

function readCall(bytes: Buffer): ReadCall | undefined {
  if (bytes.length < 16) return undefined
  const [bodyLength = 0, serial = 0, fieldsLength = 0] = decode(bytes, true, 'uuu', 4) as number[]
  const bodyAt = Math.ceil((16 + fieldsLength) / 8) * 8
  const length = bodyAt + bodyLength
  if (bytes.length < length) return undefined
  const fields = new Map((decode(bytes, true, 'a(yv)', 12)[0] as [number, Value][]) ?? [])
  const body = decode(bytes.subarray(bodyAt, length), true, String(fields.get(8) ?? ''))
  return { serial, member: String(fields.get(3)), flags: bytes[2]!, body, length }
}

function nameAcquired(isLittle: boolean): Buffer {
  const fields = [[1, 'o', '/org/freedesktop/DBus'] as const, [3, 's', 'NameAcquired'] as const]
  return marshalMessage({ kind: 'signal', serial: 3, isLittle, fields, signature: 's', body: [':1.7'] })
}

/** The beginning of a message of a gigabyte. */
function announced(isLittle: boolean): Buffer {
  const bytes = marshalMessage({ kind: 'return', serial: 4, isLittle, fields: [] })
  if (isLittle) bytes.writeUInt32LE(2 ** 30, 4)
  else bytes.writeUInt32BE(2 ** 30, 4)
  return bytes
}
