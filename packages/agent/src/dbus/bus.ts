import { errorMessage, LumenError } from '@lumen/std/error'
import { isNobodyThere, type OpenSocket, openSocket } from '../runtime.ts'
import { malformed, type Value } from './decode.ts'
import { type BusCall, type BusMessage, decodeMessage, encodeCall, HELLO } from './message.ts'

export type BusAnswer =
  | { kind: 'ok'; body: Value[] }
  /** Nobody listens there. */
  | { kind: 'absent' }
  /** The bus or the service refused, by the name of its error. */
  | { kind: 'refused'; reason: string }
  /** No answer, or none that can be understood. */
  | { kind: 'failed'; reason: string }

const TIMEOUT_MS = 4_000
/** Longer than any line of the handshake. */
const MAX_LINE = 1_024

/** One caller on a message bus behind a unix socket (D-Bus Specification 0.43). It asks one thing at a time, takes
 * part in nothing else, and proves who it is by the socket itself, as any process of its user could. The connection
 * is kept for the next call; whatever goes wrong ends it. */
export class Bus {
  readonly #path: string
  readonly #timeoutMs: number
  #connection: Connection | undefined

  constructor(path: string, timeoutMs = TIMEOUT_MS) {
    this.#path = path
    this.#timeoutMs = timeoutMs
  }

  /** Answers within the timeout. Never rejects. */
  async call(call: BusCall): Promise<BusAnswer> {
    const connection = this.#open()
    const timer = setTimeout(
      () => connection.end(new LumenError('dbus_silent', `no answer within ${this.#timeoutMs / 1_000} s`)),
      this.#timeoutMs,
    )
    try {
      const { kind, error, body } = await connection.call(call)
      return kind === 'return'
        ? { kind: 'ok', body: body() }
        : { kind: 'refused', reason: error ?? 'an unnamed error' }
    } catch (error) {
      this.close()
      if (isNobodyThere(error)) return { kind: 'absent' }
      return { kind: 'failed', reason: errorMessage(error) }
    } finally {
      clearTimeout(timer)
    }
  }

  /** A bus may have been started anew since the last call. */
  #open(): Connection {
    if (this.#connection === undefined || this.#connection.isEnded)
      this.#connection = new Connection(this.#path)
    return this.#connection
  }

  close(): void {
    this.#connection?.end(new LumenError('dbus_closed', 'the connection was closed'))
    this.#connection = undefined
  }
}

interface Waiting {
  serial: number
  resolve(message: BusMessage): void
  reject(error: unknown): void
}

class Connection {
  readonly #socket: Promise<OpenSocket>
  readonly #ready: Promise<void>
  #received: Buffer = Buffer.alloc(0)
  #isInHandshake = true
  #onReady: (() => void) | undefined
  #waiting: Waiting | undefined
  #serial = 0
  #end: ((error: unknown) => void) | undefined
  #ended: unknown

  constructor(path: string) {
    const over = new Promise<never>((_, reject) => {
      this.#end = reject
    })
    this.#socket = openSocket(path, {
      onData: (bytes) => this.#receive(bytes),
      onEnd: (error) => this.end(error ?? new LumenError('dbus_closed', 'the bus closed the connection')),
    })
    const greeted = new Promise<void>((resolve) => {
      this.#onReady = resolve
    })
    this.#ready = Promise.race([over, this.#greet(greeted)])
    this.#ready.catch(() => undefined)
  }

  get isEnded(): boolean {
    return this.#ended !== undefined
  }

  /** The answer, an error included.
   * @throws {LumenError} `dbus_malformed`, `dbus_silent`, `dbus_closed`, or the system's error */
  async call(call: BusCall): Promise<BusMessage> {
    await this.#ready
    return this.#ask(call)
  }

  end(error: unknown): void {
    if (this.#ended !== undefined) return
    this.#ended = error
    this.#end?.(error)
    this.#waiting?.reject(error)
    this.#waiting = undefined
    this.#received = Buffer.alloc(0)
    this.#socket.then(
      (socket) => socket.close(),
      () => undefined,
    )
  }

  /** The socket itself says who we are (SASL EXTERNAL without an identity of our own choice), then the bus wants to be
   * greeted before it passes anything on. */
  async #greet(authenticated: Promise<void>): Promise<void> {
    const socket = await this.#socket
    socket.write(Buffer.from('\0AUTH EXTERNAL\r\nDATA\r\n'))
    await authenticated
    socket.write(Buffer.from('BEGIN\r\n'))
    const { error } = await this.#ask(HELLO)
    if (error !== undefined) throw new LumenError('dbus_refused', `the bus refuses us: ${error}`)
  }

  async #ask(call: BusCall): Promise<BusMessage> {
    const socket = await this.#socket
    if (this.#ended !== undefined) throw this.#ended
    return new Promise((resolve, reject) => {
      this.#serial += 1
      this.#waiting = { serial: this.#serial, resolve, reject }
      socket.write(encodeCall(this.#serial, call))
    })
  }

  #receive(bytes: Uint8Array): void {
    if (this.#ended !== undefined) return
    try {
      this.#received = Buffer.concat([this.#received, bytes])
      if (this.#isInHandshake) this.#readLines()
      if (!this.#isInHandshake) this.#readMessages()
    } catch (error) {
      this.end(error)
    }
  }

  #readLines(): void {
    for (;;) {
      const end = this.#received.indexOf('\r\n')
      if (end > MAX_LINE || (end < 0 && this.#received.length > MAX_LINE)) throw malformed('an endless line')
      if (end < 0) return
      const [word] = this.#received.toString('latin1', 0, end).split(' ')
      this.#received = this.#received.subarray(end + 2)
      if (word === 'DATA') continue
      if (word !== 'OK')
        throw new LumenError('dbus_refused', 'the bus does not take us for whom the socket says')
      this.#isInHandshake = false
      this.#onReady?.()
      return
    }
  }

  /** What answers nothing of ours is left out: the bus tells everybody their name. */
  #readMessages(): void {
    for (;;) {
      const read = decodeMessage(this.#received)
      if (read === undefined) return
      this.#received = this.#received.subarray(read.length)
      const { message } = read
      const isAnswer = message.kind === 'return' || message.kind === 'error'
      if (!isAnswer || this.#waiting === undefined || message.answers !== this.#waiting.serial) continue
      const { resolve } = this.#waiting
      this.#waiting = undefined
      resolve(message)
    }
  }
}
