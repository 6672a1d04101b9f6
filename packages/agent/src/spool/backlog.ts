import { IntervalSet } from '@lumen/std/interval-set'
import type { Timekeeper } from '../push/timekeeper.ts'
import type { RetainedFrame } from '../retain.ts'
import type { Batch, SpooledEvent, SpooledFrame } from './batch.ts'
import { type Clocks, type Moment, toInstant } from './moment.ts'
import { type Segment, SegmentReader } from './segment.ts'
import type { Spool } from './spool.ts'

export interface BacklogParts {
  spool: Spool
  time: Timekeeper
  boot: string | null
  clocks: () => Clocks
  /** An event that an earlier run wrote down, once. */
  onEvent: (event: SpooledEvent, segment: Segment) => void
  /** @param lastGood the time of the last frame before the damage */
  onDamage: (segment: Segment, bytes: number, lastGood: Moment | undefined) => void
}

interface Reading {
  segment: Segment
  reader: SegmentReader
  batches: number
  lastAt: Moment | undefined
}

/** So many frames, or so much text, are read ahead. */
const AHEAD_FRAMES = 200
const AHEAD_BYTES = 2 * 1024 * 1024
/** Taken frames are on the hub's disk within 75 s; what is not by then goes again. */
const OVERDUE_MS = 5 * 60_000

/** The frames in a spool on their way to the hub, oldest first, read as they are needed. Frames that are in memory
 * too are left out: they go from there. A frame the hub took stays in the spool until it is on the hub's disk, and
 * goes again to another run of the hub. */
export class Backlog {
  readonly #parts: BacklogParts
  #frames: RetainedFrame[] = []
  #bytes = 0
  #taken = new IntervalSet()
  readonly #refused = new IntervalSet()
  #durable = new IntervalSet()
  #reading: Reading | undefined
  /** Segments up to this number were read to their end. */
  #readTo = 0
  /** Up to which batch of which segment events were told. */
  #told = { segment: 0, batches: 0 }
  #lastTs = 0
  #takenSteady = 0

  constructor(parts: BacklogParts) {
    this.#parts = parts
  }

  /** Read and waiting, or on their way. */
  get frames(): readonly RetainedFrame[] {
    return this.#frames
  }

  get isEmpty(): boolean {
    return this.#frames.length === 0 && this.#nextSegment() === undefined
  }

  /** Reads ahead. Only once the hub's time is known: frames of before contact get theirs from it.
   * @param inMemory numbers of the frames that go from memory */
  load(inMemory: { has(seq: number): boolean }): void {
    while (this.#frames.length < AHEAD_FRAMES && this.#bytes < AHEAD_BYTES) {
      if (this.#reading === undefined && !this.#openNext(inMemory)) return
      const reading = this.#reading!
      const { segment } = reading
      const batch = reading.reader.next()
      if (batch === undefined) {
        this.#endSegment(reading)
        continue
      }
      reading.batches += 1
      reading.lastAt = batch.frames.at(-1)?.at ?? reading.lastAt
      if (!segment.isOwn) this.#learn(batch, segment, reading.batches)
      for (const frame of batch.frames) {
        if (!this.isSafe(frame.seq) && !inMemory.has(frame.seq)) this.#add(frame, segment)
      }
    }
  }

  /** What only the disk knew: numbers, and events, each told once. */
  #learn({ frames, events }: Batch, segment: Segment, batches: number): void {
    for (const { seq } of frames) segment.seqs.add(seq)
    const told = this.#told
    const isNew = segment.number === told.segment ? batches > told.batches : segment.number > told.segment
    if (!isNew) return
    this.#told = { segment: segment.number, batches }
    for (const event of events) this.#parts.onEvent(event, segment)
  }

  /** On the hub's disk, refused, or taken by the present run of the hub. */
  isSafe(seq: number): boolean {
    return this.#durable.has(seq) || this.#refused.has(seq) || this.#taken.has(seq)
  }

  /** The hub took these; those of other origin are ignored. */
  onTaken(frames: readonly RetainedFrame[], steady: number): void {
    const taken = new Set(frames)
    const kept: RetainedFrame[] = []
    for (const frame of this.#frames) {
      if (!taken.has(frame)) {
        kept.push(frame)
        continue
      }
      this.#taken.add(frame.seq)
      this.#takenSteady = steady
      this.#bytes -= frame.bytes
    }
    this.#frames = kept
  }

  /** The hub will never take it. */
  refuse(seq: number): void {
    this.#refused.add(seq)
    const frame = this.#frames.find((each) => each.seq === seq)
    if (frame === undefined) return
    this.#bytes -= frame.bytes
    this.#frames = this.#frames.filter((each) => each !== frame)
  }

  /** What the hub has on disk; what nobody needs any more leaves the spool. */
  settle(durable: IntervalSet, steady: number): void {
    this.#durable = durable
    const done = IntervalSet.from(durable.ranges())
    done.addAll(this.#refused)
    this.#parts.spool.prune(done)
    const isOverdue = !this.#taken.isEmpty && steady - this.#takenSteady > OVERDUE_MS
    if (isOverdue && this.isEmpty && this.#parts.spool.segments.length > 0) this.forgetTaken()
  }

  /** The hub lost its memory, or asks for what it gave up: all it does not have on disk goes again. */
  forgetTaken(): void {
    this.#taken = new IntervalSet()
    this.rewind()
  }

  /** Begins at the oldest frame again; what was taken is left out as before. */
  rewind(): void {
    this.#frames = []
    this.#bytes = 0
    this.#reading = undefined
    this.#readTo = 0
  }

  #add({ seq, at, intervalMs, tail }: SpooledFrame, segment: Segment): void {
    const { ts, steady } = this.#place(at, segment)
    const bytes = Buffer.byteLength(tail)
    this.#bytes += bytes
    this.#frames.push({
      ...{ seq, ts, steady, intervalMs, tail, bytes },
      ...{ wasPushed: false, isRestamped: false, isInFlight: false },
      ...{ takenEpoch: null, takenAtSteady: 0, readings: null },
    })
  }

  /** A frame's time by the hub's clock, rising within the backlog where it has to be worked out. */
  #place(at: Moment, segment: Segment): { ts: number; steady: number } {
    const { time, boot, clocks } = this.#parts
    const now = clocks()
    const isSameBoot = boot !== null && segment.header.boot === boot
    const instant = toInstant(at, now, isSameBoot)
    if ('ts' in instant) {
      this.#lastTs = instant.ts
      return { ts: instant.ts, steady: now.steady - (time.toHubTime(now.steady) - instant.ts) }
    }
    this.#lastTs = Math.max(this.#lastTs + 1, Math.round(time.toHubTime(instant.steady)))
    return { ts: this.#lastTs, steady: instant.steady }
  }

  #nextSegment(): Segment | undefined {
    if (this.#reading !== undefined) return this.#reading.segment
    return this.#parts.spool.segments.find(({ number }) => number > this.#readTo)
  }

  #openNext(inMemory: { has(seq: number): boolean }): boolean {
    for (let segment = this.#nextSegment(); segment !== undefined; segment = this.#nextSegment()) {
      if (segment.isKnown && this.#isElsewhere(segment, inMemory)) {
        this.#readTo = segment.number
        continue
      }
      // Read or not: what cannot be read must not be tried for ever.
      this.#readTo = segment.number
      this.#reading = { segment, reader: SegmentReader.open(segment.path), batches: 0, lastAt: undefined }
      return true
    }
    return false
  }

  #isElsewhere({ seqs }: Segment, inMemory: { has(seq: number): boolean }): boolean {
    for (const [from, to] of seqs.ranges()) {
      for (let seq = from; seq <= to; seq += 1) if (!inMemory.has(seq) && !this.isSafe(seq)) return false
    }
    return true
  }

  #endSegment({ segment, reader, lastAt }: Reading): void {
    const { cutBytes } = reader
    this.#reading = undefined
    if (segment.isKnown) return
    segment.isKnown = true
    if (cutBytes === 0) return
    this.#parts.spool.countCut(cutBytes)
    this.#parts.onDamage(segment, cutBytes, lastAt)
  }
}
