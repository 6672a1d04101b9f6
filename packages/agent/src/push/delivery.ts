import type { Ack } from '@lumen/protocol/agent/ack'
import { IntervalSet } from '@lumen/std/interval-set'
import type { Retain, RetainedFrame } from '../retain.ts'
import type { LazySpooler } from '../spool/lazy-spooler.ts'
import { composeBody } from './compose-body.ts'
import type { Contact, Silence } from './contact.ts'
import type { Failure, PushTransport, Refusal } from './http-push.ts'
import type { Outgoing } from './isolate.ts'
import type { Losses } from './losses.ts'
import { NO_EXTRAS, type Outbox } from './outbox.ts'
import { Pace } from './pace.ts'
import { hasDue, LIVE_FRAMES, pickBatch } from './pick-batch.ts'
import { GIVE_UP_PAUSE_MS, Refusals } from './refusals.ts'
import { Replay } from './replay.ts'
import type { Timekeeper } from './timekeeper.ts'
import type { UplinkOptions } from './uplink-options.ts'

const MAX_BATCH_BYTES = 4 * 1024 * 1024
/** Shorter silences are retries, not outages. */
const TOLD_SILENCE_MS = 10_000
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
  spool: LazySpooler | undefined
  /** No frame has this number or a higher one. */
  nextSeq: () => number
}

/** Brings what waits to the hub, one request in flight, and takes in what each answer means. Costs one timer at
 * most, and none while idle. */
export class Delivery {
  readonly #parts: DeliveryParts
  readonly #refusals: Refusals
  readonly #replay: Replay
  readonly #pace: Pace
  readonly #abort = new AbortController()
  #state: 'new' | 'running' | 'stopping' | 'stopped' = 'new'
  #durable = new IntervalSet()
  #policyRev: number | undefined
  #pushes = 0
  #isLiveOnly = false
  /** No rests between parts of a backlog: somebody waits for the end. */
  #isHurried = false
  #timer: ReturnType<typeof setTimeout> | undefined
  #pumping: Promise<void> | undefined

  constructor(parts: DeliveryParts) {
    this.#parts = parts
    const { random = Math.random } = parts.options
    this.#replay = new Replay(random)
    this.#pace = new Pace(random)
    this.#refusals = new Refusals({ ...parts, log: parts.options.log })
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
    this.#isHurried = true
    this.kick()
    await this.#pumping
    this.#isHurried = false
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
    const { epoch, dueAt } = this.#replay
    const isDue = !time.isSynced || this.#refusals.isBusy || !outbox.isEmpty || this.#isLive()
    const backoffMs = Math.max(0, contact.notBefore - steady)
    if (isDue) return Math.ceil(backoffMs)
    const isStopping = this.#state === 'stopping'
    const paceMs = Math.max(backoffMs, this.#isHurried ? 0 : this.#pace.notBefore - steady)
    const mayReplay = hasDue(retain.frames, epoch, true)
    if (mayReplay && hasDue(retain.frames, epoch, false)) return Math.ceil(paceMs)
    if (!isStopping && this.#parts.spool?.current?.isWaiting) return Math.ceil(paceMs)
    if (isStopping || !mayReplay) return undefined
    return Math.ceil(Math.max(paceMs, dueAt - steady))
  }

  /** The newest frame waits. */
  #isLive(): boolean {
    return this.#parts.retain.frames.at(-1)?.takenEpoch === null
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
    return this.#onFailure(answer, outgoing)
  }

  #choose(): Outgoing {
    const { time, outbox } = this.#parts
    const { part, maxFrames } = this.#refusals
    if (!time.isSynced || part === 'nothing') return { frames: [], extras: NO_EXTRAS }
    if (part === 'extras') return { frames: [], extras: outbox.take() }
    const steady = time.steady()
    const isPaced = !this.#isHurried && !this.#refusals.isBusy && steady < this.#pace.notBefore
    const maxBacklog = isPaced ? 0 : this.#pace.maxFrames
    const isLiveOnly = this.#isLiveOnly && this.#isLive()
    const frames = pickBatch(this.#candidates(maxBacklog > 0 && !isLiveOnly), {
      epoch: this.#replay.epoch,
      durable: this.#durable,
      isLiveOnly,
      mayReplay: this.#state !== 'stopping' && steady >= this.#replay.dueAt,
      maxFrames,
      maxBacklog,
      maxBytes: MAX_BATCH_BYTES,
    })
    return { frames, extras: part === 'frames' ? NO_EXTRAS : outbox.take() }
  }

  /** Frames in memory, and before them those of the spool while there are any. */
  #candidates(mayLoad: boolean): readonly RetainedFrame[] {
    const { spool, retain } = this.#parts
    const spooler = spool?.current
    if (spooler === undefined || this.#state === 'stopping') return retain.frames
    if (mayLoad && spooler.isWaiting) spooler.load()
    return spooler.frames.length === 0 ? retain.frames : [...spooler.frames, ...retain.frames]
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
    const { time, retain, outbox, options, replayWindowMs, spool, nextSeq } = this.#parts
    const steady = time.steady()
    const isNamed = ack.rejected.some(({ seq }) => outgoing.frames.some((frame) => frame.seq === seq))
    if (!isWhole && !isNamed) {
      return this.#onRefused({ kind: 'refused', status: 422, reason: 'refused_without_reason' }, outgoing)
    }
    this.#refusals.onRejected(ack.rejected, outgoing, again)
    // What only refills the hub's memory is at most 15 minutes: it does not rest between its parts.
    const isFromSpool = spool?.current?.frames.includes(outgoing.frames[0]!) ?? false
    if (isWhole) this.#onTaken(ack, outgoing, steady)
    if (outgoing.frames.length > LIVE_FRAMES) this.#pace.onAnswer(steady, isFromSpool ? latencyMs : 0)
    const replay = this.#replay.follow(ack, retain.frames, steady)
    if (replay === 'new-run') outbox.resendFacts()
    this.#durable = IntervalSet.from(ack.durable)
    this.#replay.checkOverdue(retain.frames, this.#durable, steady)
    retain.forget(this.#durable, steady - replayWindowMs)
    this.#onContact()
    spool?.current?.onAck(this.#durable, replay !== undefined, nextSeq())
    // A hub that was restored from a backup may count to the same rev again.
    if (this.#policyRev !== ack.policy.rev || replay === 'new-run') {
      this.#policyRev = ack.policy.rev
      options.onPolicy?.(ack.policy)
    }
    options.onAck?.(ack, latencyMs)
    return true
  }

  #onTaken(ack: Ack, outgoing: Outgoing, steady: number): void {
    const refused = new Set(ack.rejected.map(({ seq }) => seq))
    const { outbox, spool } = this.#parts
    const taken = outgoing.frames.filter(({ seq }) => !refused.has(seq))
    for (const frame of taken) {
      frame.takenEpoch = ack.epoch
      frame.takenAtSteady = steady
    }
    spool?.current?.onTaken(taken)
    outbox.settle(outgoing.extras)
    if (outgoing.frames.length > 0) this.#isLiveOnly = false
    this.#refusals.onTaken()
  }

  #onContact(): void {
    const { contact, time, retain, options } = this.#parts
    const wasNew = contact.state === 'new'
    const steady = time.steady()
    const silence = contact.onAnswer(steady, GIVE_UP_PAUSE_MS, () => retain.untaken())
    if (silence !== undefined) this.#tellSilence(silence, steady)
    if (!wasNew) return
    options.log.info('hub answers', {
      clock_error_ms: Math.round((time.hubTime() ?? Number.NaN) - options.clock.now()),
    })
  }

  /** What was read meanwhile follows; the ledger still says why it came late. */
  #tellSilence({ fromSteady, reason }: Silence, steady: number): void {
    const { time, outbox } = this.#parts
    if (steady - fromSteady < TOLD_SILENCE_MS || !time.isSynced) return
    const [from, to] = [Math.round(time.toHubTime(fromSteady)), Math.round(time.toHubTime(steady))]
    outbox.addEvent({ at: { ts: to }, type: 'outage', detail: { from, to, reason } })
  }

  /** False when the hub takes nothing at all. */
  #onRefused(answer: Refusal, outgoing: Outgoing): boolean {
    if (this.#refusals.onRefused(answer, outgoing)) return true
    const reason = `HTTP ${answer.status} to an empty push (${answer.reason})`
    return this.#onFailure({ kind: 'failed', reason }, outgoing)
  }

  /** True when it is only the backlog that has to wait. */
  #onFailure(answer: Failure, { frames }: Outgoing): boolean {
    const { contact, time, spool } = this.#parts
    const steady = time.steady()
    const hasBacklog = frames.length > LIVE_FRAMES
    if (answer.kind === 'busy' && hasBacklog && !this.#isHurried && !this.#refusals.isBusy) {
      this.#pace.onBusy(steady, answer.retryAfterMs ?? 0)
      return true
    }
    if (hasBacklog) this.#pace.onFailure()
    this.#isLiveOnly = true
    this.#refusals.onFailure()
    contact.onFailure(answer, steady, this.#state === 'stopping')
    if (this.#state === 'running') spool?.onFailure()
    return false
  }
}
