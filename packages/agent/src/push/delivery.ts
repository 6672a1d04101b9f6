import type { Ack } from '@lumen/protocol/agent/ack'
import { IntervalSet } from '@lumen/std/interval-set'
import type { Retain, RetainedFrame } from '../retain.ts'
import { composeBody } from './compose-body.ts'
import type { Contact } from './contact.ts'
import type { Failure, PushTransport, Refusal } from './http-push.ts'
import { Isolate, type Outgoing } from './isolate.ts'
import type { Losses } from './losses.ts'
import { hasExtras, NO_EXTRAS, type Outbox } from './outbox.ts'
import { hasDue, pickBatch } from './pick-batch.ts'
import { Replay } from './replay.ts'
import type { Timekeeper } from './timekeeper.ts'
import type { UplinkOptions } from './uplink-options.ts'

const MAX_BATCH_BYTES = 4 * 1024 * 1024
/** Between frames given up one by one. */
const GIVE_UP_PAUSE_MS = 250
const NONE: ReadonlySet<RetainedFrame> = new Set()

export interface DeliveryParts {
  stream: string
  options: UplinkOptions
  transport: PushTransport
  time: Timekeeper
  contact: Contact
  losses: Losses
  retain: Retain
  outbox: Outbox
  replayWindowMs: number
}

/** Brings what waits to the hub, one request in flight, and takes in what each answer means. Costs one timer at
 * most, and none while idle. */
export class Delivery {
  readonly #parts: DeliveryParts
  readonly #isolate = new Isolate()
  readonly #replay: Replay
  readonly #abort = new AbortController()
  #state: 'new' | 'running' | 'stopping' | 'stopped' = 'new'
  #durable = new IntervalSet()
  #policyRev: number | undefined
  #pushes = 0
  #isLiveOnly = false
  #timer: ReturnType<typeof setTimeout> | undefined
  #pumping: Promise<void> | undefined

  constructor(parts: DeliveryParts) {
    this.#parts = parts
    this.#replay = new Replay(parts.options.random ?? Math.random)
  }

  get state(): 'new' | 'running' | 'stopping' | 'stopped' {
    return this.#state
  }

  /** Numbers of the frames on the hub's disk, as of the last ack. */
  get durable(): IntervalSet {
    return this.#durable
  }

  /** The run of the hub the last ack came from; null before the first. */
  get epoch(): string | null {
    return this.#replay.epoch
  }

  get pushes(): number {
    return this.#pushes
  }

  start(): void {
    this.#state = 'running'
    this.kick()
  }

  /** Runs the pump when something may be sent, else sets the one timer for when it may. */
  kick(): void {
    if (this.#pumping !== undefined || this.#state === 'new' || this.#state === 'stopped') return
    clearTimeout(this.#timer)
    this.#timer = undefined
    const waitMs = this.#waitMs()
    if (waitMs === undefined) return
    if (waitMs > 0) {
      this.#timer = setTimeout(() => this.kick(), waitMs)
      return
    }
    this.#pumping = this.#pump().finally(() => {
      this.#pumping = undefined
      if (this.#state === 'running') this.kick()
    })
  }

  /** Pushes what is due now, whatever wait is on; resolves when nothing is due or a push failed. */
  async pushNow(): Promise<void> {
    this.#parts.contact.hurry()
    this.kick()
    await this.#pumping
  }

  /** Tries for at most `mostMs` to deliver what is left, then ends. */
  async finish(mostMs: number): Promise<void> {
    const wasStarted = this.#state === 'running'
    this.#state = 'stopping'
    if (wasStarted) {
      const timer = setTimeout(() => this.#abort.abort(), mostMs)
      await this.#pumping
      await this.pushNow()
      clearTimeout(timer)
    }
    this.end()
  }

  /** Ends at once: nothing more is sent. */
  end(): void {
    this.#state = 'stopped'
    clearTimeout(this.#timer)
    this.#abort.abort()
  }

  /** Looks at the machine's clocks: after a sleep the hub may answer again at once. */
  checkClock(): void {
    const { time, contact, outbox } = this.#parts
    const jump = time.check()
    if (jump === undefined) return
    contact.hurry()
    if (jump.kind !== 'resume') return
    outbox.addEvent({ at: time.now(), type: 'resume', detail: { asleep_ms: jump.asleepMs } })
  }

  /** 0 when there is something to send now, undefined when nothing is waiting. */
  #waitMs(): number | undefined {
    const { time, contact, outbox, retain } = this.#parts
    const steady = time.steady()
    const isDue =
      !time.isSynced ||
      this.#isolate.isBusy ||
      !outbox.isEmpty ||
      hasDue(retain.frames, this.#replay.epoch, false)
    const backoffMs = Math.max(0, contact.notBefore - steady)
    if (isDue) return Math.ceil(backoffMs)
    if (this.#state === 'stopping' || !hasDue(retain.frames, this.#replay.epoch, true)) return undefined
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
    this.checkClock()
    const { time, transport, retain } = this.#parts
    const outgoing = this.#choose()
    this.#announce(outgoing.frames)
    const body = this.#compose(outgoing)
    for (const frame of outgoing.frames) frame.isInFlight = true
    const jumpsBefore = time.jumps
    const sentSteady = time.steady()
    let answeredSteady = sentSteady
    this.#pushes += 1
    const answer = await transport.send(body, this.#abort.signal, () => {
      answeredSteady = time.steady()
    })
    for (const frame of outgoing.frames) frame.isInFlight = false
    if ((this.#state as string) === 'stopped') return false
    this.checkClock()
    const roundTrip = { sentSteady, answeredSteady }
    if (answer.kind === 'ack') {
      let again = NONE
      if (time.jumps === jumpsBefore) {
        time.learn(answer.ack.time, roundTrip, retain.frames)
        again = time.restamp(answer.ack, roundTrip, outgoing.frames)
      }
      return this.#onAck(answer.ack, answer.isWhole, outgoing, again, answeredSteady - sentSteady)
    }
    if (answer.kind === 'refused') return this.#onRefused(answer, outgoing)
    this.#onFailure(answer)
    return false
  }

  #choose(): Outgoing {
    const { time, outbox, retain } = this.#parts
    const { part, maxFrames } = this.#isolate
    if (!time.isSynced || part === 'nothing') return { frames: [], extras: NO_EXTRAS }
    if (part === 'extras') return { frames: [], extras: outbox.take() }
    const frames = pickBatch(retain.frames, {
      epoch: this.#replay.epoch,
      durable: this.#durable,
      isLiveOnly: this.#isLiveOnly,
      mayReplay: this.#state !== 'stopping' && time.steady() >= this.#replay.dueAt,
      maxFrames,
      maxBytes: MAX_BATCH_BYTES,
    })
    return { frames, extras: part === 'frames' ? NO_EXTRAS : outbox.take() }
  }

  #compose({ frames, extras }: Outgoing): string {
    const { stream, time, options } = this.#parts
    const { agentVersion, bootId, clock } = options
    const agent = {
      version: agentVersion,
      stream,
      ...(bootId === undefined ? {} : { boot: bootId }),
      sent_at: Math.round(clock.now()),
    }
    return composeBody(agent, extras, frames, (steady) => time.toHubTime(steady))
  }

  #announce(frames: readonly RetainedFrame[]): void {
    for (const frame of frames) {
      if (frame.wasPushed) continue
      frame.wasPushed = true
      const { seq, intervalMs, readings } = frame
      frame.readings = null
      if (readings !== null) this.#parts.options.onStamped?.({ seq, ts: frame.ts!, intervalMs, readings })
    }
  }

  #onAck(
    ack: Ack,
    isWhole: boolean,
    outgoing: Outgoing,
    again: ReadonlySet<RetainedFrame>,
    latencyMs: number,
  ): boolean {
    const { time, retain, outbox, options, replayWindowMs } = this.#parts
    const steady = time.steady()
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
    if (this.#replay.follow(ack, retain.frames, steady)) outbox.resendFacts()
    this.#durable = IntervalSet.from(ack.durable)
    this.#replay.checkOverdue(retain.frames, this.#durable, steady)
    retain.forget(this.#durable, steady - replayWindowMs)
    this.#onContact()
    if (this.#policyRev !== ack.policy.rev) {
      this.#policyRev = ack.policy.rev
      options.onPolicy?.(ack.policy)
    }
    options.onAck?.(ack, latencyMs)
    return true
  }

  #onTaken(ack: Ack, outgoing: Outgoing, refused: ReadonlySet<number | null>, steady: number): void {
    const { outbox } = this.#parts
    for (const frame of outgoing.frames) {
      if (refused.has(frame.seq)) continue
      frame.takenEpoch = ack.epoch
      frame.takenAtSteady = steady
    }
    outbox.settle(outgoing.extras)
    if (outgoing.frames.length > 0) this.#isLiveOnly = false
    const guilty = this.#isolate.onTaken(!outbox.isEmpty)
    if (guilty !== undefined) this.#dropGuilty(guilty.outgoing, guilty.reason)
  }

  #onContact(): void {
    const { contact, time, retain, options } = this.#parts
    const wasNew = contact.state === 'new'
    const steady = time.steady()
    contact.onAnswer(steady, GIVE_UP_PAUSE_MS, () => retain.untaken())
    if (!wasNew) return
    options.log.info('hub answers', {
      clock_error_ms: Math.round((time.hubTime() ?? Number.NaN) - options.clock.now()),
    })
  }

  /** True when the next push may find out what the hub will not take, false when it takes nothing at all. */
  #onRefused(answer: Refusal, outgoing: Outgoing): boolean {
    if (this.#isolate.onRefused(outgoing, `refused: ${answer.reason}`)) return true
    this.#onFailure({ kind: 'failed', reason: `HTTP ${answer.status} to an empty push (${answer.reason})` })
    return false
  }

  #dropGuilty({ frames, extras }: Outgoing, reason: string): void {
    const { outbox, options, contact, time } = this.#parts
    for (const frame of frames) this.#giveUp(frame, reason)
    if (hasExtras(extras)) {
      outbox.settle(extras)
      options.log.warn('hub refuses facts or events; not sending them again', { reason })
    }
    contact.pause(time.steady(), GIVE_UP_PAUSE_MS)
  }

  #giveUp(frame: RetainedFrame, reason: string): void {
    const { retain, losses, options } = this.#parts
    retain.remove(frame.seq)
    losses.count(reason, 1)
    options.log.warn('hub refused a frame; dropped it', { seq: frame.seq, reason })
  }

  #onFailure(answer: Failure): void {
    const { contact, time } = this.#parts
    this.#isLiveOnly = true
    this.#isolate.onFailure()
    contact.onFailure(answer, time.steady(), this.#state === 'stopping')
  }
}
