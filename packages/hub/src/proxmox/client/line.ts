import type { TLSSocket } from 'node:tls'
import type { Trust } from '@lumen/protocol/http/proxmox/trust'
import { Backoff } from '@lumen/std/backoff'
import type { Clock } from '@lumen/std/clock'
import { Turnstile } from '@lumen/std/turnstile'
import { type Address, addressText } from './address.ts'
import { type Connecting, connectChecked } from './checked-socket.ts'
import { type Exchange, type ExchangeLimits, exchange } from './exchange.ts'
import { Pacer } from './pacer.ts'

export type LineOutcome =
  | Extract<Exchange, { kind: 'answer' | 'hung' }>
  | Extract<Connecting, { kind: 'wrong-certificate' | 'unreachable' }>

export interface LineParts {
  address: Address
  trust: Trust
  /** The whole Authorization header. */
  authorization: string
  clock: Clock
  signal: AbortSignal
}

/** Requests a second to one machine. */
export const REQUESTS_PER_S = 3
const AT_ONCE = 4
/** Proxmox closes an idle connection after 5 s. */
const IDLE_MS = 3_000
/** After these an address is left alone for a while. */
const STRIKES = 2

/** One address of a cluster: few requests at once, connections checked before they are used and used again while
 * fresh, and how long to leave it alone after failures. */
export class Line {
  readonly address: Address
  readonly pacer: Pacer
  readonly #parts: LineParts
  readonly #turnstile = new Turnstile({ atOnce: AT_ONCE, waiting: 1_000 })
  readonly #idle: { socket: TLSSocket; since: number }[] = []
  readonly #backoff = new Backoff({ firstMs: 5_000, maxMs: 300_000 })
  #strikes = 0
  #restUntil = Number.NEGATIVE_INFINITY

  constructor(parts: LineParts) {
    this.#parts = parts
    this.address = parts.address
    this.pacer = new Pacer(parts.clock, REQUESTS_PER_S)
  }

  /** It failed lately and is not asked again yet. */
  get isResting(): boolean {
    return this.#parts.clock.monotonic() < this.#restUntil
  }

  /** @param turn resolves when the request is to go, or false when it is not to go any more; waited for with a connection
   * at hand */
  async get(path: string, limits: ExchangeLimits, turn: () => Promise<boolean>): Promise<LineOutcome> {
    const outcome = await this.#turnstile.run(() => this.#ask(path, limits, turn))
    if (outcome.kind === 'answer') {
      this.#strikes = 0
      this.#backoff.reset()
    } else if (outcome.kind === 'unreachable' || ++this.#strikes >= STRIKES) {
      this.#strikes = 0
      this.#restUntil = this.#parts.clock.monotonic() + this.#backoff.next()
    }
    return outcome
  }

  close(): void {
    for (const { socket } of this.#idle.splice(0)) socket.destroy()
  }

  async #ask(path: string, limits: ExchangeLimits, turn: () => Promise<boolean>): Promise<LineOutcome> {
    const { signal } = this.#parts
    for (;;) {
      const idle = this.#takeIdle()
      const connecting =
        idle === undefined ? await this.#connect() : ({ kind: 'connected', socket: idle } as const)
      if (connecting.kind !== 'connected') return connecting
      const { socket } = connecting
      guard(socket)
      const mayGo = await turn()
      socket.removeAllListeners()
      if (!mayGo) {
        socket.destroy()
        return { kind: 'unreachable', reason: 'stopped' }
      }
      const outcome: Exchange = isOpen(socket)
        ? await exchange(socket, this.#head(path), limits, signal)
        : { kind: 'broken', reason: 'the connection was closed', isUnused: true }
      // The server may close an idle connection at the moment it is used again: a GET can be said twice.
      if (outcome.kind === 'broken' && outcome.isUnused && idle !== undefined && !signal.aborted) continue
      if (outcome.kind === 'broken') return { kind: 'unreachable', reason: outcome.reason }
      if (outcome.kind === 'answer' && outcome.mayStay) this.#keep(socket)
      return outcome
    }
  }

  #connect(): Promise<Connecting> {
    const { address, trust, signal } = this.#parts
    return connectChecked(address, trust, signal)
  }

  #head(path: string): string {
    const { address, authorization } = this.#parts
    const lines = [
      `GET ${path} HTTP/1.1`,
      `Host: ${addressText(address)}`,
      `Authorization: ${authorization}`,
      'Accept: application/json',
      'User-Agent: lumen',
    ]
    return `${lines.join('\r\n')}\r\n\r\n`
  }

  #takeIdle(): TLSSocket | undefined {
    const now = this.#parts.clock.monotonic()
    for (;;) {
      const kept = this.#idle.pop()
      if (kept === undefined) return undefined
      const { socket, since } = kept
      if (isOpen(socket) && now - since < IDLE_MS) {
        socket.removeAllListeners()
        socket.ref()
        return socket
      }
      socket.destroy()
    }
  }

  #keep(socket: TLSSocket): void {
    guard(socket)
    socket.unref()
    this.#idle.push({ socket, since: this.#parts.clock.monotonic() })
  }
}

/** Until listeners are removed it is closed by whatever happens: bytes nobody asked for are no answer to the next
 * request. */
function guard(socket: TLSSocket): void {
  const drop = () => socket.destroy()
  for (const event of ['data', 'end', 'close', 'error']) socket.on(event, drop)
}

const isOpen = (socket: TLSSocket) => !socket.destroyed && socket.writable
