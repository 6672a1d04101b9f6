import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { WireFrame } from '@lumen/protocol/agent/frame'
import type { Log } from '@lumen/std/log'
import { ManualClock } from '../fixture.ts'
import { FakeHub } from '../push/fake-hub.ts'
import type { PushAnswer, PushTransport } from '../push/http-push.ts'
import { Uplink, type UplinkOptions } from '../push/uplink.ts'
import { Spooler } from './spooler.ts'

/** A machine, its spool directory and a hub that can be out of reach, for tests: agents come and go on it. Time
 * passes only when told. */
export class SpoolWorld implements PushTransport, Disposable {
  readonly clock = new ManualClock()
  readonly hub = new FakeHub()
  readonly dir: string
  readonly #folder: string
  readonly lines: string[] = []
  readonly #options: Partial<UplinkOptions>
  readonly #maxBytes: number
  boot = 'boot-1'
  /** The next agent has the spool's code from the start, as where an earlier run left frames. */
  hasCode: boolean
  uptimeMs = 5_000_000
  /** What the next pushes meet; undefined lets them through. */
  trouble: PushAnswer | 'lost answer' | undefined
  /** Pushes of more frames than this are asked to wait. */
  busyAbove: number | undefined
  uplink: Uplink
  #read = 0

  constructor(options: Partial<UplinkOptions> & { dir?: string; maxBytes?: number; hasCode?: boolean } = {}) {
    const { dir, maxBytes, hasCode = true, ...rest } = options
    this.hasCode = hasCode
    this.#folder = mkdtempSync(join(tmpdir(), 'lumen-spool-'))
    this.dir = dir ?? join(this.#folder, 'spool')
    this.#maxBytes = maxBytes ?? 4 * 1024 * 1024
    this.#options = rest
    this.hub.now = () => this.hubTime
    this.uplink = this.#start()
  }

  /** Frames read so far; the n-th has `load1` n. */
  get read(): number {
    return this.#read
  }

  /** The hub's clock, apart from this machine's wall clock. */
  get hubTime(): number {
    return 1_800_000_000_000 + this.clock.elapsed - 1_000_000
  }

  async send(body: string, _: AbortSignal, onHeaders: () => void): Promise<PushAnswer> {
    onHeaders()
    if (this.trouble === 'lost answer') {
      this.hub.take(JSON.parse(body))
      return { kind: 'failed', reason: 'reset' }
    }
    if (this.trouble !== undefined) return this.trouble
    const { frames } = JSON.parse(body) as { frames: unknown[] }
    if (frames.length > (this.busyAbove ?? frames.length)) {
      return { kind: 'busy', status: 429, retryAfterMs: 5_000 }
    }
    return { kind: 'ack', ack: this.hub.take(JSON.parse(body)), isWhole: true }
  }

  cut(): void {
    this.trouble = { kind: 'failed', reason: 'no route' }
  }

  mend(): void {
    this.trouble = undefined
  }

  pass(ms: number): void {
    this.clock.advance(ms)
    this.uptimeMs += ms
  }

  /** Reads a frame each second. */
  record(count: number): void {
    for (let i = 0; i < count; i += 1) {
      this.#read += 1
      this.uplink.record({ host: { load1: this.#read } }, 1_000)
      this.pass(1_000)
    }
  }

  /** Pushes until nothing is waiting or a push failed; one that is under way is waited for first. */
  async push(): Promise<void> {
    await this.uplink.pushNow()
    await this.uplink.pushNow()
  }

  /** Resolves when the push under way and those that follow it at once are answered, with every wait kept. */
  async settled(): Promise<void> {
    this.pass(1_000)
    this.uplink.setFacts({ os: String(this.#read) })
    for (let i = 0; i < 20; i += 1) await Promise.resolve()
  }

  /** The agent dies and another takes its place. */
  kill(): void {
    this.uplink.kill()
    this.uplink = this.#start()
  }

  /** The agent is stopped and started again. */
  async restart(): Promise<void> {
    await this.uplink.stop()
    this.uplink = this.#start()
  }

  reboot(): void {
    this.uplink.kill()
    this.boot += '+'
    this.uptimeMs = 20_000
    this.clock.elapsed += 60_000
    this.clock.wall += 60_000
    this.uplink = this.#start()
  }

  /** What the hub counted of every stream, in order of time. */
  history(): WireFrame[] {
    return this.hub.everything()
  }

  /** `load1` of the frames the hub counted, in order of time. */
  numbers(): (number | null | undefined)[] {
    return this.history().map(({ host }) => host?.load1)
  }

  files(): string[] {
    try {
      return readdirSync(this.dir).sort()
    } catch {
      return []
    }
  }

  [Symbol.dispose](): void {
    this.uplink.kill()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #start(): Uplink {
    const note = (message: string, fields: object = {}) =>
      this.lines.push(`${message} ${JSON.stringify(fields)}`)
    const log: Log = { debug: note, info: note, warn: note, error: note }
    const uplink = new Uplink({
      ...{ hubUrl: 'http://127.0.0.1:1', token: 't', clock: this.clock, log, agentVersion: '0' },
      ...{ bootId: this.boot, random: () => 0, transport: this, readUptimeMs: () => this.uptimeMs },
      spool: { dir: this.dir, maxBytes: this.#maxBytes, code: this.hasCode ? Spooler : undefined },
      ...this.#options,
    })
    uplink.start()
    return uplink
  }
}

export const upTo = (count: number, from = 1) => Array.from({ length: count - from + 1 }, (_, i) => from + i)
