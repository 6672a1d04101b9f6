import { mkdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { LumenError } from '@lumen/std/error'
import { IntervalSet } from '@lumen/std/interval-set'
import { type Batch, encodeBatch } from './batch.ts'
import { encodeHeader, type SegmentHeader, type SpoolDrop } from './header.ts'
import { SpoolLock } from './lock.ts'
import type { Clocks } from './moment.ts'
import { RECORD_KINDS, RECORD_OVERHEAD_BYTES } from './record.ts'
import { openSegment, type Segment, SegmentReader } from './segment.ts'
import { listSegmentFiles, segmentName } from './segment-files.ts'
import { SegmentWriter } from './segment-writer.ts'

export interface SpoolOptions {
  dir: string
  /** Files of the spool take no more than this together; the oldest goes first. */
  maxBytes: number
  /** What is older goes, whatever room there is. */
  maxAgeMs: number
  /** Digests of the hub's address and the token. */
  owner: Pick<SegmentHeader, 'hub' | 'token'>
  boot: string | null
  clocks: () => Clocks
  /** A frame of this number is not lost when it leaves the spool: the hub has it on disk or refused it, or it is
   * in memory as well. */
  isSafe: (seq: number) => boolean
  /** Frames that had to go unsent. */
  onDrop: (drop: SpoolDrop, segment: Segment) => void
}

/** Where an earlier run stopped. */
export interface Recovered {
  stream: string
  nextSeq: number
  /** What earlier runs dropped; of the newest segment. */
  drops: readonly SpoolDrop[]
  /** Its segment, whose boot the moments are of. */
  segment: Segment
}

/** Numbers set aside for a run at once: after a crash the next run goes on beyond them. */
const RESERVED_SEQS = 10_000
/** How near the end of them more are set aside. */
const RESERVE_MARGIN = 1_000
const MAX_SEGMENT_BYTES = 1024 * 1024
const MIN_SEGMENT_BYTES = 16 * 1024

/** Frames on disk while the hub does not answer: files of records in one directory, bounded in size and age. The
 * directory holds no file of ours while nothing is in the spool. Not safe for use by two at once: see `SpoolLock`. */
export class Spool {
  readonly #options: SpoolOptions
  readonly #segmentBytes: number
  readonly #segments: Segment[] = []
  #lock: SpoolLock | undefined
  #writer: SegmentWriter | undefined
  #drops: SpoolDrop[] = []
  #cutBytes = 0
  #lastNumber = 0

  constructor(options: SpoolOptions) {
    this.#options = options
    this.#segmentBytes = Math.min(MAX_SEGMENT_BYTES, Math.max(MIN_SEGMENT_BYTES, options.maxBytes / 8))
  }

  /** Oldest first. */
  get segments(): readonly Segment[] {
    return this.#segments
  }

  get bytes(): number {
    return this.#segments.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  /** Bytes of torn or damaged records that were left out. */
  get cutBytes(): number {
    return this.#cutBytes
  }

  countCut(bytes: number): void {
    this.#cutBytes += bytes
  }

  has(seq: number): boolean {
    return this.#segments.some(({ seqs }) => seqs.has(seq))
  }

  /** Takes over what an earlier run left; undefined when there is nothing of ours. What is another's stays until we
   * have to write ourselves.
   * @throws {LumenError} `spool_in_use`; the system's error when the directory cannot be used */
  recover(): Recovered | undefined {
    const { dir, clocks } = this.#options
    const files = listSegmentFiles(dir)
    if (files.length === 0) return undefined
    this.#lock = SpoolLock.take(dir)
    const now = clocks()
    for (const file of files) {
      const { size, mtimeMs } = statSync(file.path)
      const segment = openSegment(file, size, now.steady - Math.max(0, now.wallMs - mtimeMs))
      this.#lastNumber = file.number
      if (segment === undefined) {
        this.#cutBytes += size
        rmSync(file.path, { force: true })
      } else this.#segments.push(segment)
    }
    const newest = this.#segments.at(-1)
    if (newest === undefined || !this.#isOurs(newest.header)) {
      this.#segments.length = 0
      this.#unlock()
      return undefined
    }
    const { stream, drops } = newest.header
    this.#drops = [...drops]
    this.#removeWhere((segment) => segment.header.stream !== stream)
    const nextSeq = Math.max(...this.#segments.map(({ header }) => header.nextSeq))
    this.#makeRoom(() => this.#headerBytes(stream, nextSeq))
    this.#begin(stream, nextSeq)
    return { stream, nextSeq, drops, segment: newest }
  }

  /** Appends a batch to the newest segment or a new one, in the system's cache: `sync` brings it to the disk.
   * @param nextSeq no frame of the stream has this number or a higher one
   * @throws {LumenError} `spool_in_use`; the system's error when it cannot be written. Nothing is lost by that. */
  append(batch: Batch, stream: string, nextSeq: number): void {
    this.#prepare()
    const { kind, body } = encodeBatch(batch)
    const bytes = body.length + RECORD_OVERHEAD_BYTES
    const needsSegment = () => {
      const current = this.#segments.at(-1)
      const isFull = this.#writer !== undefined && this.#writer.bytes + bytes > this.#segmentBytes
      const isUsedUp = current !== undefined && nextSeq + RESERVE_MARGIN > current.header.nextSeq
      return this.#writer === undefined || isFull || isUsedUp
    }
    this.#dropAged()
    this.#makeRoom(() => bytes + (needsSegment() ? this.#headerBytes(stream, nextSeq) : 0))
    if (needsSegment()) this.#begin(stream, nextSeq)
    this.#write(kind, body, batch)
  }

  /** Sets more numbers aside while there is a spool that is not empty; cheap when there is nothing to do.
   * @throws as `append` */
  reserve(stream: string, nextSeq: number): void {
    const current = this.#segments.at(-1)
    if (current === undefined || nextSeq + RESERVE_MARGIN <= current.header.nextSeq) return
    this.#makeRoom(() => this.#headerBytes(stream, nextSeq))
    this.#begin(stream, nextSeq)
  }

  /** Brings everything appended to the disk, beside everything else. */
  sync(done: (error: Error | null) => void): void {
    if (this.#writer === undefined) done(null)
    else this.#writer.sync(done)
  }

  /** Deletes what nobody needs any more. The newest segment says where the stream goes on and is the last to go. */
  prune(done: IntervalSet): void {
    if (this.#segments.length === 0) return
    const isDone = ({ isKnown, seqs }: Segment) =>
      isKnown && seqs.ranges().every(([from, to]) => done.hasRange(from, to))
    const newest = this.#segments.at(-1)!
    this.#removeWhere((segment) => segment !== newest && isDone(segment))
    if (this.#segments.length > 1 || !isDone(newest)) return
    this.#closeWriter()
    this.#removeWhere(() => true)
    this.#drops = []
    this.#unlock()
  }

  /** Lets go of files and lock; what is in the spool stays. */
  close(): void {
    this.#closeWriter()
    this.#unlock()
  }

  #prepare(): void {
    if (this.#lock !== undefined) return
    const { dir } = this.#options
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    const lock = SpoolLock.take(dir)
    try {
      this.#clearOthers()
      this.#lock = lock
    } finally {
      if (this.#lock === undefined) lock.release()
    }
  }

  /** What is there belongs to another hub's host, or an agent of ours left it after we began. */
  #clearOthers(): void {
    const { dir } = this.#options
    for (const file of listSegmentFiles(dir)) {
      const header = openSegment(file, statSync(file.path).size, 0)?.header
      if (header !== undefined && this.#isOurs(header)) {
        const message = `${dir} holds frames of another run; they are delivered after a restart of the agent`
        throw new LumenError('spool_in_use', message)
      }
      this.#lastNumber = file.number
      rmSync(file.path, { force: true })
    }
  }

  #isOurs({ hub, token }: SegmentHeader): boolean {
    const { owner } = this.#options
    return hub === owner.hub || token === owner.token
  }

  #begin(stream: string, nextSeq: number): void {
    this.#closeWriter()
    const { dir, clocks } = this.#options
    const number = this.#lastNumber + 1
    const path = join(dir, segmentName(number))
    const header = this.#headerOf(stream, nextSeq)
    const writer = new SegmentWriter(path)
    try {
      writer.append(RECORD_KINDS.header, encodeHeader(header))
    } catch (error) {
      writer.discard()
      throw error
    }
    this.#lastNumber = number
    this.#writer = writer
    this.#segments.push({
      ...{ number, path, header, bytes: writer.bytes, seqs: new IntervalSet() },
      ...{ isKnown: true, isOwn: true, writtenSteady: clocks().steady },
    })
  }

  #headerOf(stream: string, nextSeq: number): SegmentHeader {
    const { owner, boot } = this.#options
    return { stream, boot, nextSeq: nextSeq + RESERVED_SEQS, ...owner, drops: this.#drops }
  }

  #headerBytes(stream: string, nextSeq: number): number {
    return encodeHeader(this.#headerOf(stream, nextSeq)).length + RECORD_OVERHEAD_BYTES
  }

  #write(kind: Parameters<SegmentWriter['append']>[0], body: Uint8Array, { frames }: Batch): void {
    const segment = this.#segments.at(-1)!
    try {
      this.#writer!.append(kind, body)
    } catch (error) {
      this.#closeWriter()
      throw error
    }
    segment.bytes = this.#writer!.bytes
    segment.writtenSteady = this.#options.clocks().steady
    for (const { seq } of frames) segment.seqs.add(seq)
  }

  #dropAged(): void {
    const oldest = this.#options.clocks().steady - this.#options.maxAgeMs
    while (this.#segments[0] !== undefined && this.#segments[0].writtenSteady < oldest) {
      this.#drop(this.#segments[0], 'spool age limit')
    }
  }

  /** Drops the oldest until what is to be added fits; asked again after each drop, since the next header tells of it. */
  #makeRoom(addedBytes: () => number): void {
    while (this.#segments.length > 0 && this.bytes + addedBytes() > this.#options.maxBytes) {
      this.#drop(this.#segments[0]!, 'spool limit')
    }
  }

  /** Deletes a segment with frames the hub does not have. The next header tells of it, whatever happens to us. */
  #drop(segment: Segment, cause: string): void {
    const lost = this.#lostWith(segment)
    if (this.#segments.at(-1) === segment) this.#closeWriter()
    this.#removeWhere((each) => each === segment)
    const [first, last] = [lost[0], lost.at(-1)]
    if (first === undefined || last === undefined) return
    const drop = { cause, frames: lost.length, from: first.at, to: last.at }
    this.#options.onDrop(drop, segment)
    const before = this.#drops.find((each) => each.cause === cause)
    const others = this.#drops.filter((each) => each.cause !== cause)
    this.#drops = [
      ...others,
      before === undefined ? drop : { ...before, frames: before.frames + drop.frames, to: drop.to },
    ]
    this.#closeWriter()
  }

  #lostWith({ path }: Segment) {
    const reader = SegmentReader.open(path)
    const lost: Batch['frames'][number][] = []
    for (let batch = reader.next(); batch !== undefined; batch = reader.next()) {
      lost.push(...batch.frames.filter(({ seq }) => !this.#options.isSafe(seq)))
    }
    return lost
  }

  #removeWhere(isGone: (segment: Segment) => boolean): void {
    for (let index = this.#segments.length - 1; index >= 0; index -= 1) {
      const segment = this.#segments[index]!
      if (!isGone(segment)) continue
      rmSync(segment.path, { force: true })
      this.#segments.splice(index, 1)
    }
  }

  #closeWriter(): void {
    this.#writer?.close()
    this.#writer = undefined
  }

  #unlock(): void {
    this.#lock?.release()
    this.#lock = undefined
  }
}
