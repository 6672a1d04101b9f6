import { MINUTE } from '@lumen/model/time'
import type { Trust } from '@lumen/protocol/http/proxmox/trust'
import type { Clock } from '@lumen/std/clock'
import { sleep } from '@lumen/std/sleep'
import { type Address, addressText } from './address.ts'
import { type Answer, type ApiCall, fill, type Params, type Query, targetOf } from './call.ts'
import type { ExchangeLimits } from './exchange.ts'
import { Holds } from './holds.ts'
import { Line, type LineOutcome, REQUESTS_PER_S } from './line.ts'
import { type Failure, failureText, type Outcome } from './outcome.ts'
import { Pacer } from './pacer.ts'
import { readOutcome } from './read-outcome.ts'

export interface ApiClientParts {
  /** Of one cluster, in the order they are tried. */
  addresses: readonly Address[]
  trust: Trust
  /** The whole Authorization header. */
  authorization: string
  clock: Clock
  /** How an address tells which node it is; of those that do not, nothing is known. */
  introduction?: Introduction
  /** How waiting is done; tests do not wait. */
  pause?: typeof sleep
}

export interface Introduction {
  call: ApiCall
  /** @param answer of that call */
  nameOf(answer: unknown): string | undefined
}

type WrongCertificate = Extract<Failure, { kind: 'wrong-certificate' }>

/** Asks one cluster or backup server. Never more than a few requests a second to any machine; an address that does not
 * answer is passed over for the next; what failed is left alone for a while. Once any address shows a wrong certificate
 * nothing more is asked of any: another one is for a person to confirm. */
export class ApiClient implements Disposable {
  readonly #clock: Clock
  readonly #lines: readonly Line[]
  readonly #nodes = new Map<string, Pacer>()
  /** Which address is which node: what is about a node is asked of itself. */
  readonly #homes = new Map<string, Line>()
  readonly #holds: Holds
  readonly #pause: typeof sleep
  readonly #stop = new AbortController()
  readonly #introduction: Introduction | undefined
  #meeting: Promise<void> | undefined
  #current = 0
  #halted: WrongCertificate | null = null
  /** Why no address answered when they were last tried. */
  #unreachable: Failure = { kind: 'unreachable', reason: 'no address answers' }
  /** When requests of the last minute were sent, on the monotonic clock. */
  readonly #sentAt: number[] = []

  constructor({ addresses, trust, authorization, clock, introduction, pause = sleep }: ApiClientParts) {
    this.#introduction = addresses.length > 1 ? introduction : undefined
    this.#clock = clock
    this.#holds = new Holds(clock)
    this.#pause = pause
    const { signal } = this.#stop
    this.#lines = addresses.map((address) => new Line({ address, trust, authorization, clock, signal }))
  }

  /** Which certificate ended it, or null while it goes on. */
  get halted(): WrongCertificate | null {
    return this.#halted
  }

  /** Where calls go at present. */
  get address(): string {
    return addressText(this.#lines[this.#current]!.address)
  }

  /** Requests sent within the last minute. */
  get requestsPerMinute(): number {
    this.#forgetSent()
    return this.#sentAt.length
  }

  /** When each of those was written to its socket, on the monotonic clock, ms. */
  get sentAt(): readonly number[] {
    return this.#sentAt
  }

  async get<C extends ApiCall>(call: C, params: Params<C>, query?: Query<C>): Promise<Outcome<Answer<C>>> {
    const held = this.#halted ?? this.#holds.of(call, params)
    if (held !== undefined) return held
    const outcome = await this.#ask(call, params, query)
    this.#holds.learn(call, params, outcome)
    // The schema of the call made it.
    return outcome as Outcome<Answer<C>>
  }

  /** Asks each address which node it is, once; those that do not answer stay strangers. With several addresses of a
   * cluster, history comes from every node by itself and not through one of them. */
  meet(): Promise<void> {
    this.#meeting ??= this.#meetAll()
    return this.#meeting
  }

  [Symbol.dispose](): void {
    this.#stop.abort()
    for (const line of this.#lines) line.close()
  }

  async #meetAll(): Promise<void> {
    if (this.#introduction === undefined) return
    const { call, nameOf } = this.#introduction
    const target = targetOf(call, {})
    await Promise.all(
      this.#lines.map(async (line) => {
        const outcome = await this.#send(line, [line.pacer], target, call)
        if (outcome === undefined) return
        if (outcome.kind === 'wrong-certificate') this.#halt(outcome)
        if (outcome.kind !== 'answer') return
        const read = readOutcome(call, {}, outcome.answer, this.#clock.now())
        const name = read.kind === 'ok' ? nameOf(read.value) : undefined
        if (name !== undefined) this.#homes.set(name, line)
      }),
    )
  }

  /** Waits for a place with all of them, and with a connection at hand for the turn to send.
   * @returns undefined when it was not to be sent any more */
  async #send(
    line: Line,
    pacers: readonly Pacer[],
    target: string,
    limits: ExchangeLimits,
  ): Promise<LineOutcome | undefined> {
    const { signal } = this.#stop
    await this.#pause(Pacer.reserve(pacers), signal)
    if (this.#halted !== null || signal.aborted) return undefined
    return line.get(target, limits, async () => {
      await Pacer.pass(pacers, (ms) => this.#pause(ms, signal))
      if (this.#halted !== null || signal.aborted) return false
      this.#sentAt.push(this.#clock.monotonic())
      this.#forgetSent()
      return true
    })
  }

  async #ask<C extends ApiCall>(call: C, params: Params<C>, query?: Query<C>): Promise<Outcome<unknown>> {
    // Before anything is asked about a node: what reaches it by two ways is counted together only then.
    if ('node' in params) await this.meet()
    const reasons: string[] = []
    const target = targetOf(call, params, query)
    const home = this.#homeOf(params)
    const lines = this.#inOrder(home)
    if (lines.length === 0) return this.#unreachable
    for (const line of lines) {
      const pacers = [...new Set([line.pacer, ...this.#pacerOf(params)])]
      const outcome = await this.#send(line, pacers, target, call)
      if (outcome === undefined) return this.#halted ?? { kind: 'unreachable', reason: 'stopped' }
      if (outcome.kind === 'wrong-certificate') return this.#halt(outcome)
      if (this.#halted !== null) return this.#halted
      if (outcome.kind === 'unreachable') {
        reasons.push(`${addressText(line.address)}: ${outcome.reason}`)
        continue
      }
      if (home === undefined && !line.isResting) this.#current = this.#lines.indexOf(line)
      if (outcome.kind === 'hung') return outcome
      return readOutcome(call, params, outcome.answer, this.#clock.now())
    }
    this.#unreachable = { kind: 'unreachable', reason: reasons.join('; ') }
    return this.#unreachable
  }

  /** From the one that answered last, without those that failed lately; a node's own before all. */
  #inOrder(home: Line | undefined): Line[] {
    const from = [...this.#lines.slice(this.#current), ...this.#lines.slice(0, this.#current)]
    const own = home === undefined ? [] : [home]
    return [...new Set([...own, ...from])].filter(({ isResting }) => !isResting)
  }

  #homeOf({ node }: Readonly<Record<string, string | number>>): Line | undefined {
    return node === undefined ? undefined : this.#homes.get(String(node))
  }

  /** A call about a node is passed on to it, whichever address takes it. */
  #pacerOf(params: Readonly<Record<string, string | number>>): Pacer[] {
    const { node } = params
    if (node === undefined) return []
    const name = String(node)
    const home = this.#homes.get(name)
    if (home !== undefined) return [home.pacer]
    let pacer = this.#nodes.get(name)
    if (pacer === undefined) {
      pacer = new Pacer(this.#clock, REQUESTS_PER_S)
      this.#nodes.set(name, pacer)
    }
    return [pacer]
  }

  #forgetSent(): void {
    const from = this.#clock.monotonic() - MINUTE
    while ((this.#sentAt[0] ?? Number.POSITIVE_INFINITY) <= from) this.#sentAt.shift()
  }

  #halt(fault: WrongCertificate): WrongCertificate {
    this.#halted ??= fault
    for (const line of this.#lines) line.close()
    return this.#halted
  }
}

/** `GET /nodes/pve1/status: no answer within 10 s`. */
export function callFailureText(
  call: ApiCall,
  params: Readonly<Record<string, string | number>>,
  failure: Failure,
): string {
  return `${fill(call.path, params)}: ${failureText(failure)}`
}
