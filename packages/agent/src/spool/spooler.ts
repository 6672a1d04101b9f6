import type { IntervalSet } from '@lumen/std/interval-set'
import type { Log } from '@lumen/std/log'
import type { Contact } from '../push/contact.ts'
import type { Instant } from '../push/instant.ts'
import type { Losses } from '../push/losses.ts'
import type { Outbox, PendingEvent } from '../push/outbox.ts'
import type { Timekeeper } from '../push/timekeeper.ts'
import type { Retain, RetainedFrame } from '../retain.ts'
import { Backlog } from './backlog.ts'
import type { Batch, SpooledEvent } from './batch.ts'
import type { SpoolHealth } from './health.ts'
import type { SpoolConfig } from './lazy-spooler.ts'
import { type Clocks, type Moment, toInstant, toMoment } from './moment.ts'
import { spoolOwner } from './owner.ts'
import type { Segment } from './segment.ts'
import { type Recovered, Spool } from './spool.ts'

export interface SpoolStatus {
  bytes: number
  /** Bytes of torn or damaged records that were left out. */
  cutBytes: number
  /** Why frames are kept in memory only, or null. */
  fault: string | null
}

export interface SpoolerParts {
  config: SpoolConfig
  health: SpoolHealth
  hubUrl: string
  token: string
  boot: string | null
  log: Log
  time: Timekeeper
  contact: Contact
  retain: Retain
  outbox: Outbox
  losses: Losses
  clocks: () => Clocks
  /** Numbers on the hub's disk. */
  durable: () => IntervalSet
}

/** A frame is written this long after it was read, unless the hub has it by then: a kill loses no more than 15 s. */
const WRITE_MS = 10_000
/** What was written is brought to the disk this often: a power cut loses no more than 60 s. */
const SYNC_MS = 25_000
const MAX_AGE_MS = 30 * 24 * 3_600_000
/** Text of frames written at once. */
const BATCH_BYTES = 256 * 1024
/** A clean stop waits no longer for the disk. */
const LAST_SYNC_MS = 1_000

/** Keeps on disk what the hub does not take: writes while it is silent, hands the backlog out when it answers, and
 * leaves the disk alone as long as it does. */
export class Spooler {
  readonly #parts: SpoolerParts
  readonly #spool: Spool
  readonly #backlog: Backlog
  readonly #health: SpoolHealth
  readonly #writtenEvents = new WeakSet<PendingEvent>()
  #stream = ''
  #writtenSeq = 0
  #syncedSteady = Number.NEGATIVE_INFINITY
  #isSilence = false
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(parts: SpoolerParts) {
    this.#parts = parts
    const { config, boot, clocks, time, retain } = parts
    const { dir, maxBytes, maxAgeMs = MAX_AGE_MS } = config
    this.#health = parts.health
    this.#spool = new Spool({
      ...{ dir, maxBytes, maxAgeMs, boot, clocks },
      owner: spoolOwner(parts.hubUrl, parts.token),
      isSafe: (seq) => this.#backlog.isSafe(seq) || retain.has(seq),
      onDrop: (drop, segment) => this.#lose(drop, segment),
    })
    this.#backlog = new Backlog({
      ...{ spool: this.#spool, time, boot, clocks },
      onEvent: (event, segment) => this.#recall(event, segment),
      onDamage: (segment, bytes, from) => this.#onDamage(segment, bytes, from),
    })
  }

  /** Takes over what an earlier run left. Answers where its stream goes on, or undefined where a new one begins. */
  recover(): Pick<Recovered, 'stream' | 'nextSeq'> | undefined {
    const { log, config } = this.#parts
    let found: Recovered | undefined
    if (!this.#health.try(() => (found = this.#spool.recover()))) return undefined
    if (found === undefined) {
      this.#health.probe()
      return undefined
    }
    for (const drop of found.drops) this.#lose(drop, found.segment)
    log.info('spool holds frames of an earlier run', { dir: config.dir, bytes: this.#spool.bytes })
    return found
  }

  /** Says what frames from now on belong to. */
  begin(stream: string): void {
    this.#stream = stream
  }

  /** Frames of the spool that were read and wait for their turn, oldest first. */
  get frames(): readonly RetainedFrame[] {
    return this.#backlog.frames
  }

  /** Something of the spool waits for its turn. */
  get isWaiting(): boolean {
    return !this.#backlog.isEmpty
  }

  status(): SpoolStatus {
    return { bytes: this.#spool.bytes, cutBytes: this.#spool.cutBytes, fault: this.#health.fault }
  }

  /** A frame of this number may leave the memory. */
  holds(seq: number): boolean {
    return this.#spool.has(seq)
  }

  /** Reads ahead what comes next. Only once the hub's time is known. */
  load(): void {
    this.#health.try(() => this.#backlog.load(this.#parts.retain.seqs()))
  }

  /** The hub does not answer: what it does not have goes to disk before long. */
  onFailure(): void {
    if (this.#timer !== undefined) return
    const oldest = this.#unwritten()[0]
    const ageMs = oldest === undefined ? 0 : this.#parts.time.steady() - oldest.steady
    this.#arm(Math.max(0, WRITE_MS - ageMs))
  }

  /** The hub answers: what is on disk may go, and nothing is written any more.
   * @param isAskedAgain frames it took are gone: it is another run of it, or it asked for them
   * @param nextSeq no frame has this number or a higher one */
  onAck(durable: IntervalSet, isAskedAgain: boolean, nextSeq: number): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#isSilence) this.#backlog.rewind()
    this.#isSilence = false
    if (this.#spool.segments.length === 0) return
    if (isAskedAgain) this.#backlog.forgetTaken()
    this.#health.try(() => {
      this.#backlog.settle(durable, this.#parts.time.steady())
      this.#spool.reserve(this.#stream, nextSeq)
    })
  }

  /** The hub took these; those that are not of the spool are ignored. */
  onTaken(frames: readonly RetainedFrame[]): void {
    this.#backlog.onTaken(frames, this.#parts.time.steady())
  }

  /** The hub will never take it. */
  refuse(seq: number): void {
    this.#backlog.refuse(seq)
  }

  /** Writes what neither the hub nor the disk has; nothing while the hub answers. */
  write(): void {
    if (this.#parts.contact.state === 'failing') this.#write()
  }

  #write(): void {
    const { time } = this.#parts
    const frames = this.#unwritten()
    const events = this.#parts.outbox.events.filter((event) => !this.#writtenEvents.has(event))
    if (frames.length === 0 && events.length === 0) return
    const isWritten = this.#health.try(() => this.#append(frames, events))
    if (!isWritten) return
    this.#health.recover()
    if (time.steady() - this.#syncedSteady >= SYNC_MS) this.#sync(() => {})
  }

  /** Clean end: what the hub has not taken stays on disk, for the next run. */
  async finish(): Promise<void> {
    const { retain, outbox } = this.#parts
    if (retain.untaken() > 0 || outbox.events.length > 0) {
      this.#write()
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, LAST_SYNC_MS)
        this.#sync(() => {
          clearTimeout(timer)
          resolve()
        })
      })
    }
    this.end()
  }

  /** Ends at once: nothing more is written. */
  end(): void {
    clearTimeout(this.#timer)
    this.#spool.close()
  }

  #arm(ms: number): void {
    this.#timer = setTimeout(() => {
      this.write()
      this.#arm(WRITE_MS)
    }, ms)
  }

  #unwritten(): readonly RetainedFrame[] {
    const durable = this.#parts.durable()
    return this.#parts.retain.frames.filter(({ seq }) => seq > this.#writtenSeq && !durable.has(seq))
  }

  #append(frames: readonly RetainedFrame[], events: readonly PendingEvent[]): void {
    const now = this.#parts.clocks()
    const nextSeq = (this.#parts.retain.frames.at(-1)?.seq ?? this.#writtenSeq) + 1
    const written = events.map(({ at, type, detail }) => ({ at: toMoment(at, now), type, detail }))
    if (!this.#isSilence) written.push(...this.#beginOfSilence(now))
    for (const part of partsOf(frames)) {
      const batch: Batch = {
        frames: part.map(({ seq, ts, steady, intervalMs, tail }) => ({
          ...{ seq, intervalMs, tail },
          at: toMoment(ts === null ? { steady } : { ts }, now),
        })),
        events: written.splice(0),
      }
      this.#spool.append(batch, this.#stream, nextSeq)
      this.#isSilence = true
      for (const event of events) this.#writtenEvents.add(event)
      this.#writtenSeq = part.at(-1)?.seq ?? this.#writtenSeq
    }
  }

  /** For the case that this run does not live to tell of it. */
  #beginOfSilence(now: Clocks): SpooledEvent[] {
    const { contact, time } = this.#parts
    if (contact.state !== 'failing') return []
    const at = toMoment(time.at(contact.failingSince), now)
    return [{ at, type: 'outage', detail: { reason: contact.fault } }]
  }

  #sync(done: () => void): void {
    this.#syncedSteady = this.#parts.time.steady()
    this.#spool.sync((error) => {
      if (error !== null) this.#health.fail(error)
      done()
    })
  }

  #recall({ at, type, detail }: SpooledEvent, segment: Segment): void {
    const event = { at: this.#instant(at, segment), type, detail }
    this.#writtenEvents.add(event)
    this.#parts.outbox.addEvent(event)
  }

  #lose({ cause, frames, ...range }: Recovered['drops'][number], segment: Segment): void {
    const [from, to] = [this.#instant(range.from, segment), this.#instant(range.to, segment)]
    this.#parts.losses.add({ cause, frames, from, to, at: to })
  }

  /** What was read last before the damage, and when the file was written last, hold what is lost between them. */
  #onDamage(segment: Segment, bytes: number, lastGood: Moment | undefined): void {
    const { log, outbox, time } = this.#parts
    log.warn('a part of the spool is torn or damaged; leaving it out', { file: segment.path, bytes })
    const from = lastGood === undefined ? null : this.#hubTime(this.#instant(lastGood, segment))
    const to = this.#hubTime({ steady: segment.writtenSteady })
    outbox.addEvent({ at: time.now(), type: 'spool', detail: { state: 'damaged', bytes, from, to } })
  }

  #instant(moment: Moment, { header }: Segment): Instant {
    const { boot, clocks } = this.#parts
    return toInstant(moment, clocks(), boot !== null && header.boot === boot)
  }

  #hubTime(instant: Instant): number {
    return Math.round('ts' in instant ? instant.ts : this.#parts.time.toHubTime(instant.steady))
  }
}

/** At least one part, so that events alone are written too. */
function partsOf(frames: readonly RetainedFrame[]): RetainedFrame[][] {
  const parts: RetainedFrame[][] = [[]]
  let bytes = 0
  for (const frame of frames) {
    if (bytes > BATCH_BYTES) {
      parts.push([])
      bytes = 0
    }
    parts.at(-1)!.push(frame)
    bytes += frame.bytes
  }
  return parts
}
