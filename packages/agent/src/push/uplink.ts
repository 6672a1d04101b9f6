import type { AgentEvent } from '@lumen/protocol/agent/events'
import type { Facts } from '@lumen/protocol/agent/facts'
import type { WireReadings } from '@lumen/protocol/agent/frame'
import { type Held, Retain } from '../retain.ts'
import { SpoolHealth } from '../spool/health.ts'
import { LazySpooler } from '../spool/lazy-spooler.ts'
import { Contact } from './contact.ts'
import { Delivery } from './delivery.ts'
import { HttpPush } from './http-push.ts'
import { Losses } from './losses.ts'
import { Outbox } from './outbox.ts'
import { Timekeeper } from './timekeeper.ts'
import type { UplinkOptions, UplinkStatus } from './uplink-options.ts'

export type { StampedFrame, UplinkOptions, UplinkStatus } from './uplink-options.ts'

const MAX_RETAIN_BYTES = 64 * 1024 * 1024
const REPLAY_WINDOW_MS = 15 * 60_000
const STOP_MS = 3_000
/** An agent that starts this long after its machine at most starts because of it. */
const RECENT_BOOT_MS = 10 * 60_000

/** An agent's way to its hub: numbers and stamps frames, keeps each until the hub has it on disk and for the replay
 * window besides, and has them delivered. */
export class Uplink implements AsyncDisposable {
  readonly stream: string
  readonly #options: UplinkOptions
  readonly #time: Timekeeper
  readonly #contact: Contact
  readonly #losses: Losses
  readonly #retain: Retain
  readonly #outbox = new Outbox()
  readonly #delivery: Delivery
  readonly #health: SpoolHealth | undefined
  readonly #spool: LazySpooler | undefined
  readonly #replayWindowMs: number
  #lastSeq = 0

  constructor(options: UplinkOptions) {
    const { clock, log, readUptimeMs, random = Math.random } = options
    this.#options = options
    this.#time = new Timekeeper({ clock, log, readUptimeMs })
    this.#contact = new Contact({ log, random })
    this.#losses = new Losses(this.#outbox, () => this.#time.now())
    this.#retain = new Retain(options.maxRetainBytes ?? MAX_RETAIN_BYTES)
    this.#replayWindowMs = options.replayWindowMs ?? REPLAY_WINDOW_MS
    const { spool } = options
    const told = { log, outbox: this.#outbox, time: this.#time }
    this.#health = spool === undefined ? undefined : new SpoolHealth({ dir: spool.dir, ...told })
    this.#spool = this.#openSpool()
    const earlier = this.#spool?.current?.recover()
    this.stream = earlier?.stream ?? options.stream ?? crypto.randomUUID().replaceAll('-', '')
    this.#spool?.current?.begin(this.stream)
    this.#lastSeq = (earlier?.nextSeq ?? 1) - 1
    this.#delivery = new Delivery({
      stream: this.stream,
      options,
      transport: options.transport ?? new HttpPush(options),
      time: this.#time,
      contact: this.#contact,
      losses: this.#losses,
      retain: this.#retain,
      outbox: this.#outbox,
      replayWindowMs: this.#replayWindowMs,
      spool: this.#spool,
      nextSeq: () => this.#lastSeq + 1,
    })
  }

  #openSpool(): LazySpooler | undefined {
    const { spool: config, hubUrl, token, bootId, log, clock, readUptimeMs } = this.#options
    const health = this.#health
    if (config === undefined || health === undefined) return undefined
    return new LazySpooler(config.code, health, (Spooler) => {
      const spooler = new Spooler({
        ...{ config, health, hubUrl, token, boot: bootId ?? null, log },
        time: this.#time,
        contact: this.#contact,
        retain: this.#retain,
        outbox: this.#outbox,
        losses: this.#losses,
        clocks: () => ({
          steady: this.#time.steady(),
          uptimeMs: readUptimeMs?.() ?? null,
          wallMs: clock.now(),
        }),
        durable: () => this.#delivery.durable,
      })
      spooler.begin(this.stream)
      return spooler
    })
  }

  /** What is safe outside the memory: on the hub's disk, and on ours as long as the hub does not answer. */
  #held(): Held {
    const { durable } = this.#delivery
    const spooler = this.#spool?.current
    if (spooler === undefined || this.#contact.state === 'ok') return durable
    return { has: (seq) => durable.has(seq) || spooler.holds(seq) }
  }

  /** Announces the agent and asks the hub for its time. */
  start(): void {
    if (this.#delivery.state !== 'new') return
    this.#tellBoot()
    this.event('start', { version: this.#options.agentVersion, boot: this.#options.bootId ?? null })
    this.#delivery.start()
  }

  /** A machine that started a moment ago says when: a gap that holds the moment is a reboot's. */
  #tellBoot(): void {
    const uptimeMs = this.#options.readUptimeMs?.()
    if (uptimeMs === undefined || uptimeMs > RECENT_BOOT_MS) return
    const detail = { boot: this.#options.bootId ?? null }
    this.#outbox.addEvent({ at: { steady: this.#time.steady() - uptimeMs }, type: 'boot', detail })
  }

  /** Takes one frame's readings; it is numbered now and pushed as soon as possible. Before `start` it only waits. */
  record(readings: WireReadings, intervalMs: number): void {
    if (this.#delivery.state === 'stopped') return
    this.#delivery.checkClock()
    const steady = this.#time.steady()
    const held = this.#held()
    this.#retain.forget(held, steady - this.#replayWindowMs)
    this.#lastSeq += 1
    const lost = this.#retain.add(
      {
        seq: this.#lastSeq,
        steady,
        intervalMs,
        ts: this.#time.stamp(steady),
        readings: this.#options.onStamped === undefined ? null : readings,
        text: JSON.stringify(readings),
      },
      held,
    )
    if (lost.length > 0) this.#losses.report(lost, 'memory limit')
    this.#delivery.kick()
  }

  /** Adds a lifecycle event, now; it is kept until the hub has it. */
  event(type: AgentEvent['type'], detail: AgentEvent['detail'] = {}): void {
    if (this.#delivery.state === 'stopped') return
    this.#outbox.addEvent({ at: this.#time.now(), type, detail })
    this.#delivery.kick()
  }

  setFacts(facts: Facts): void {
    this.#outbox.setFacts(facts)
    this.#delivery.kick()
  }

  /** The hub's time, epoch ms, or undefined before contact. */
  hubTime(): number | undefined {
    return this.#time.hubTime()
  }

  status(): UplinkStatus {
    const { frames, bytes } = this.#retain
    const { durable, epoch, pushes } = this.#delivery
    const hubTime = this.hubTime()
    return {
      stream: this.stream,
      lastSeq: this.#lastSeq,
      contact: this.#contact.state,
      fault: this.#contact.fault,
      epoch,
      retainedFrames: frames.length,
      retainedBytes: bytes,
      untakenFrames: this.#retain.untaken(),
      undurableFrames: frames.filter((frame) => !durable.has(frame.seq)).length,
      dropped: this.#losses.counts(),
      lostEvents: this.#outbox.lostEvents,
      spool: this.#spoolStatus(),
      pushes,
      failures: this.#contact.failures,
      clockErrorMs: hubTime === undefined ? null : Math.round(hubTime - this.#options.clock.now()),
    }
  }

  #spoolStatus(): UplinkStatus['spool'] {
    if (this.#health === undefined) return null
    return this.#spool?.current?.status() ?? { bytes: 0, cutBytes: 0, fault: this.#health.fault }
  }

  /** Pushes what is due now, whatever wait is on; resolves when nothing is due or a push failed. */
  pushNow(): Promise<void> {
    return this.#delivery.pushNow()
  }

  /** Clean end: records a stop event unless told not to, and tries for at most 3 s to deliver what is left. */
  async stop(options: { isAnnounced?: boolean } = {}): Promise<void> {
    const { state } = this.#delivery
    if (state === 'stopped' || state === 'stopping') return
    if (state === 'running' && options.isAnnounced !== false) this.event('stop')
    await this.#delivery.finish(STOP_MS)
    await this.#spool?.finish(this.#retain.untaken() > 0 || this.#outbox.events.length > 0)
  }

  /** Writes to the spool what neither the hub nor the disk has, without waiting for the time to do so. */
  spoolNow(): void {
    this.#spool?.current?.write()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  /** Ends at once, as a crash would: nothing more is sent. */
  kill(): void {
    this.#delivery.end()
    this.#spool?.end()
  }
}
