import type { Ack } from '@lumen/protocol/agent/ack'
import type { AgentEvent } from '@lumen/protocol/agent/events'
import type { Facts } from '@lumen/protocol/agent/facts'
import type { WireReadings } from '@lumen/protocol/agent/frame'
import { IntervalSet } from '@lumen/std/interval-set'
import { Retain, type RetainedFrame } from '../retain.ts'
import { composeBody } from './compose-body.ts'
import { Contact } from './contact.ts'
import { type Failure, HttpPush, type PushTransport, type Refusal } from './http-push.ts'
import { Isolate, type Outgoing } from './isolate.ts'
import { Losses } from './losses.ts'
import { hasExtras, NO_EXTRAS, Outbox } from './outbox.ts'
import { hasDue, pickBatch } from './pick-batch.ts'
import { Replay } from './replay.ts'
import { Timekeeper } from './timekeeper.ts'
import type { UplinkOptions, UplinkStatus } from './uplink-options.ts'

export type { StampedFrame, UplinkOptions, UplinkStatus } from './uplink-options.ts'

const MAX_RETAIN_BYTES = 64 * 1024 * 1024
const REPLAY_WINDOW_MS = 15 * 60_000
const MAX_BATCH_BYTES = 4 * 1024 * 1024
const STOP_MS = 3_000
/** An agent that starts this long after its machine at most starts because of it. */
const RECENT_BOOT_MS = 10 * 60_000
/** Between frames given up one by one. */
const GIVE_UP_PAUSE_MS = 250
const NONE: ReadonlySet<RetainedFrame> = new Set()

/** Delivers frames to the hub: numbers and stamps them, keeps each until the hub has it on disk and for the replay
 * window besides, and pushes with one request in flight. Costs one timer at most, and none while idle. */
export class Uplink implements AsyncDisposable {
  readonly stream: string
  readonly #options: UplinkOptions
  readonly #transport: PushTransport
  readonly #time: Timekeeper
  readonly #contact: Contact
  readonly #retain: Retain
  readonly #outbox = new Outbox()
  readonly #isolate = new Isolate()
  readonly #replay: Replay
  readonly #losses: Losses
  readonly #abort = new AbortController()
  readonly #replayWindowMs: number
  #state: 'new' | 'running' | 'stopping' | 'stopped' = 'new'
  #lastSeq = 0
  #durable = new IntervalSet()
  #policyRev: number | undefined
  #pushes = 0
  #isLiveOnly = false
  #timer: ReturnType<typeof setTimeout> | undefined
  #pumping: Promise<void> | undefined

  constructor(options: UplinkOptions) {
    this.#options = options
    this.#transport = options.transport ?? new HttpPush(options)
    this.stream = options.stream ?? crypto.randomUUID().replaceAll('-', '')
    const { clock, log, readUptimeMs, random = Math.random } = options
    this.#time = new Timekeeper({ clock, log, readUptimeMs })
    this.#contact = new Contact({ log, random })
    this.#losses = new Losses(this.#outbox, () => this.#time.now())
    this.#retain = new Retain(options.maxRetainBytes ?? MAX_RETAIN_BYTES)
    this.#replayWindowMs = options.replayWindowMs ?? REPLAY_WINDOW_MS
    this.#replay = new Replay(random)
  }

  /** Announces the agent and asks the hub for its time. */
  start(): void {
    if (this.#state !== 'new') return
    this.#state = 'running'
    this.#tellBoot()
    this.event('start', { version: this.#options.agentVersion, boot: this.#options.bootId ?? null })
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
    if (this.#state === 'stopped') return
    this.#checkClock()
    const steady = this.#time.steady()
    this.#retain.forget(this.#durable, steady - this.#replayWindowMs)
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
      this.#durable,
    )
    if (lost.length > 0) this.#losses.report(lost, 'memory limit')
    this.#kick()
  }

  /** Adds a lifecycle event, now; it is kept until the hub has it. */
  event(type: AgentEvent['type'], detail: AgentEvent['detail'] = {}): void {
    if (this.#state === 'stopped') return
    this.#outbox.addEvent({ at: this.#time.now(), type, detail })
    this.#kick()
  }

  setFacts(facts: Facts): void {
    this.#outbox.setFacts(facts)
    this.#kick()
  }

  /** The hub's time, epoch ms, or undefined before contact. */
  hubTime(): number | undefined {
    return this.#time.hubTime()
  }

  status(): UplinkStatus {
    const { frames, bytes } = this.#retain
    const hubTime = this.hubTime()
    return {
      stream: this.stream,
      lastSeq: this.#lastSeq,
      contact: this.#contact.state,
      fault: this.#contact.fault,
      epoch: this.#replay.epoch,
      retainedFrames: frames.length,
      retainedBytes: bytes,
      untakenFrames: frames.filter((frame) => frame.takenEpoch === null).length,
      undurableFrames: frames.filter((frame) => !this.#durable.has(frame.seq)).length,
      dropped: this.#losses.counts(),
      lostEvents: this.#outbox.lostEvents,
      pushes: this.#pushes,
      failures: this.#contact.failures,
      clockErrorMs: hubTime === undefined ? null : Math.round(hubTime - this.#options.clock.now()),
    }
  }

  /** Pushes what is due now, whatever wait is on; resolves when nothing is due or a push failed. */
  async pushNow(): Promise<void> {
    this.#contact.hurry()
    this.#kick()
    await this.#pumping
  }

  /** Clean end: records a stop event unless told not to, and tries for at most 3 s to deliver what is left. */
  async stop(options: { isAnnounced?: boolean } = {}): Promise<void> {
    if (this.#state === 'stopped' || this.#state === 'stopping') return
    const wasStarted = this.#state === 'running'
    if (wasStarted && options.isAnnounced !== false) this.event('stop')
    this.#state = 'stopping'
    if (wasStarted) {
      const timer = setTimeout(() => this.#abort.abort(), STOP_MS)
      await this.#pumping
      await this.pushNow()
      clearTimeout(timer)
    }
    this.kill()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  /** Ends at once, as a crash would: nothing more is sent. */
  kill(): void {
    this.#state = 'stopped'
    clearTimeout(this.#timer)
    this.#abort.abort()
  }

  #checkClock(): void {
    const jump = this.#time.check()
    if (jump === undefined) return
    this.#contact.hurry()
    if (jump.kind !== 'resume') return
    this.#outbox.addEvent({ at: this.#time.now(), type: 'resume', detail: { asleep_ms: jump.asleepMs } })
  }

  /** Runs the pump when something may be sent, else sets the one timer for when it may. */
  #kick(): void {
    if (this.#pumping !== undefined || this.#state === 'new' || this.#state === 'stopped') return
    clearTimeout(this.#timer)
    this.#timer = undefined
    const waitMs = this.#waitMs()
    if (waitMs === undefined) return
    if (waitMs > 0) {
      this.#timer = setTimeout(() => this.#kick(), waitMs)
      return
    }
    this.#pumping = this.#pump().finally(() => {
      this.#pumping = undefined
      if (this.#state === 'running') this.#kick()
    })
  }

  /** 0 when there is something to send now, undefined when nothing is waiting. */
  #waitMs(): number | undefined {
    const steady = this.#time.steady()
    const isDue =
      !this.#time.isSynced ||
      this.#isolate.isBusy ||
      !this.#outbox.isEmpty ||
      hasDue(this.#retain.frames, this.#replay.epoch, false)
    const backoffMs = Math.max(0, this.#contact.notBefore - steady)
    if (isDue) return Math.ceil(backoffMs)
    if (this.#state === 'stopping' || !hasDue(this.#retain.frames, this.#replay.epoch, true)) return undefined
    return Math.ceil(Math.max(backoffMs, this.#replay.dueAt - steady))
  }

  async #pump(): Promise<void> {
    while (this.#state !== 'stopped' && !this.#abort.signal.aborted && this.#waitMs() === 0) {
      const isTaken = await this.#push()
      if (!isTaken && this.#state === 'stopping') return
    }
  }

  /** One push. True when the way to the hub works. */
  async #push(): Promise<boolean> {
    this.#checkClock()
    const outgoing = this.#choose()
    this.#announce(outgoing.frames)
    const { agentVersion, bootId, clock } = this.#options
    const body = composeBody(
      {
        version: agentVersion,
        stream: this.stream,
        ...(bootId === undefined ? {} : { boot: bootId }),
        sent_at: Math.round(clock.now()),
      },
      outgoing.extras,
      outgoing.frames,
      (steady) => this.#time.toHubTime(steady),
    )
    for (const frame of outgoing.frames) frame.isInFlight = true
    const jumpsBefore = this.#time.jumps
    const sentSteady = this.#time.steady()
    let answeredSteady = sentSteady
    this.#pushes += 1
    const answer = await this.#transport.send(body, this.#abort.signal, () => {
      answeredSteady = this.#time.steady()
    })
    for (const frame of outgoing.frames) frame.isInFlight = false
    if ((this.#state as string) === 'stopped') return false
    this.#checkClock()
    const roundTrip = { sentSteady, answeredSteady }
    if (answer.kind === 'ack') {
      let again = NONE
      if (this.#time.jumps === jumpsBefore) {
        this.#time.learn(answer.ack.time, roundTrip, this.#retain.frames)
        again = this.#time.restamp(answer.ack, roundTrip, outgoing.frames)
      }
      return this.#onAck(answer.ack, answer.isWhole, outgoing, again, answeredSteady - sentSteady)
    }
    if (answer.kind === 'refused') return this.#onRefused(answer, outgoing)
    this.#onFailure(answer)
    return false
  }

  #choose(): Outgoing {
    const { part, maxFrames } = this.#isolate
    if (!this.#time.isSynced || part === 'nothing') return { frames: [], extras: NO_EXTRAS }
    if (part === 'extras') return { frames: [], extras: this.#outbox.take() }
    const frames = pickBatch(this.#retain.frames, {
      epoch: this.#replay.epoch,
      durable: this.#durable,
      isLiveOnly: this.#isLiveOnly,
      mayReplay: this.#state !== 'stopping' && this.#time.steady() >= this.#replay.dueAt,
      maxFrames,
      maxBytes: MAX_BATCH_BYTES,
    })
    return { frames, extras: part === 'frames' ? NO_EXTRAS : this.#outbox.take() }
  }

  #announce(frames: readonly RetainedFrame[]): void {
    for (const frame of frames) {
      if (frame.wasPushed) continue
      frame.wasPushed = true
      const { seq, intervalMs, readings } = frame
      frame.readings = null
      if (readings !== null) this.#options.onStamped?.({ seq, ts: frame.ts!, intervalMs, readings })
    }
  }

  #onAck(
    ack: Ack,
    isWhole: boolean,
    outgoing: Outgoing,
    again: ReadonlySet<RetainedFrame>,
    latencyMs: number,
  ): boolean {
    const steady = this.#time.steady()
    const bySeq = new Map(outgoing.frames.map((frame) => [frame.seq, frame]))
    const refused = ack.rejected.filter(({ seq }) => seq !== null && bySeq.has(seq))
    if (!isWhole && refused.length === 0) {
      return this.#onRefused({ kind: 'refused', status: 422, reason: 'refused_without_reason' }, outgoing)
    }
    for (const { seq, reason } of refused) {
      const frame = bySeq.get(seq!)!
      if (!again.has(frame)) this.#giveUp(frame, reason)
    }
    if (isWhole) this.#onTaken(ack, outgoing, new Set(refused.map(({ seq }) => seq)), steady)
    if (this.#replay.follow(ack, this.#retain.frames, steady)) this.#outbox.resendFacts()
    this.#durable = IntervalSet.from(ack.durable)
    this.#replay.checkOverdue(this.#retain.frames, this.#durable, steady)
    this.#retain.forget(this.#durable, steady - this.#replayWindowMs)
    this.#onContact()
    if (this.#policyRev !== ack.policy.rev) {
      this.#policyRev = ack.policy.rev
      this.#options.onPolicy?.(ack.policy)
    }
    this.#options.onAck?.(ack, latencyMs)
    return true
  }

  #onTaken(ack: Ack, outgoing: Outgoing, refused: ReadonlySet<number | null>, steady: number): void {
    for (const frame of outgoing.frames) {
      if (refused.has(frame.seq)) continue
      frame.takenEpoch = ack.epoch
      frame.takenAtSteady = steady
    }
    this.#outbox.settle(outgoing.extras)
    if (outgoing.frames.length > 0) this.#isLiveOnly = false
    const guilty = this.#isolate.onTaken(!this.#outbox.isEmpty)
    if (guilty !== undefined) this.#dropGuilty(guilty.outgoing, guilty.reason)
  }

  #onContact(): void {
    const wasNew = this.#contact.state === 'new'
    const steady = this.#time.steady()
    this.#contact.onAnswer(
      steady,
      GIVE_UP_PAUSE_MS,
      () => this.#retain.frames.filter((frame) => frame.takenEpoch === null).length,
    )
    if (wasNew) this.#options.log.info('hub answers', { clock_error_ms: this.status().clockErrorMs })
  }

  /** True when the next push may find out what the hub will not take, false when it takes nothing at all. */
  #onRefused(answer: Refusal, outgoing: Outgoing): boolean {
    if (this.#isolate.onRefused(outgoing, `refused: ${answer.reason}`)) return true
    this.#onFailure({ kind: 'failed', reason: `HTTP ${answer.status} to an empty push (${answer.reason})` })
    return false
  }

  #dropGuilty({ frames, extras }: Outgoing, reason: string): void {
    for (const frame of frames) this.#giveUp(frame, reason)
    if (hasExtras(extras)) {
      this.#outbox.settle(extras)
      this.#options.log.warn('hub refuses facts or events; not sending them again', { reason })
    }
    this.#contact.pause(this.#time.steady(), GIVE_UP_PAUSE_MS)
  }

  #giveUp(frame: RetainedFrame, reason: string): void {
    this.#retain.remove(frame.seq)
    this.#losses.count(reason, 1)
    this.#options.log.warn('hub refused a frame; dropped it', { seq: frame.seq, reason })
  }

  #onFailure(answer: Failure): void {
    this.#isLiveOnly = true
    this.#isolate.onFailure()
    this.#contact.onFailure(answer, this.#time.steady(), this.#state === 'stopping')
  }
}
