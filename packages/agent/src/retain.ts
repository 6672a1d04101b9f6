import type { WireReadings } from '@lumen/protocol/agent/frame'
import { unzstd, zstd } from './runtime.ts'

/** A frame as it waits in memory: its readings are JSON text already, only the number and time are apart. */
export interface RetainedFrame {
  readonly seq: number
  /** When it was read, on the steady clock. */
  readonly steady: number
  readonly intervalMs: number
  /** `"interval_ms":…,…}`: everything after the number and the time. */
  readonly tail: string
  readonly bytes: number
  /** Epoch ms on the hub's clock; null until that is known. Final once the hub took it. */
  ts: number | null
  wasPushed: boolean
  /** Its time was made anew once, because the hub's clock had been set back. */
  isRestamped: boolean
  isInFlight: boolean
  /** Epoch of the hub run that took it; null when none did yet. */
  takenEpoch: string | null
  takenAtSteady: number
  /** Only kept until the first push, and only when somebody listens for it. */
  readings: WireReadings | null
}

/** So many frames are compressed together, since they are much alike: 15 minutes of 50 containers at 1 s are 21 MB of text
 * and 0.3 MB then. As many of the newest, at least, are not: they are about to be sent. */
const PACKED_TOGETHER = 16

/** The text of one frame, as it is or as one of the lines in a pack. JSON has no line ends in it. */
interface Text {
  tail: string
  pack?: Uint8Array
  line?: number
}

/** Numbers of frames that are safe outside this memory. */
export interface Held {
  has(seq: number): boolean
}

/** What a frame costs besides its text. */
const OVERHEAD_BYTES = 160

/** Frames in memory in order of their number, bounded in bytes of their text; all but the newest are compressed. A frame
 * leaves when it is held elsewhere and older than the replay window, when the hub refuses it, or, oldest first, when the
 * limit is reached. */
export class Retain {
  readonly #maxBytes: number
  #frames: RetainedFrame[] = []
  /** What is not compressed yet, oldest first. */
  #loose: Text[] = []
  /** The pack that was opened last: a replay asks for one line after the other. */
  #opened: Uint8Array | undefined
  #lines: readonly string[] = []
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get frames(): readonly RetainedFrame[] {
    return this.#frames
  }

  get bytes(): number {
    return this.#bytes
  }

  /** How many frames no hub run has taken yet. */
  untaken(): number {
    return this.#frames.filter((frame) => frame.takenEpoch === null).length
  }

  has(seq: number): boolean {
    return this.#frames.some((frame) => frame.seq === seq)
  }

  /** Numbers of the frames in memory, as of now. */
  seqs(): Set<number> {
    return new Set(this.#frames.map(({ seq }) => seq))
  }

  /** Keeps a frame and answers those that had to go for it and that are not held elsewhere: on the hub's disk, or
   * on ours. */
  add(
    frame: Pick<RetainedFrame, 'seq' | 'steady' | 'intervalMs' | 'ts' | 'readings'> & { text: string },
    held: Held,
  ): RetainedFrame[] {
    const { text, ...rest } = frame
    const separator = text === '{}' ? '' : ','
    const tail = `"interval_ms":${frame.intervalMs}${separator}${text.slice(1)}`
    const bytes = Buffer.byteLength(tail) + OVERHEAD_BYTES
    const kept: Text = { tail }
    const read = () => this.#read(kept)
    this.#frames.push({
      ...rest,
      get tail() {
        return read()
      },
      bytes,
      wasPushed: false,
      isRestamped: false,
      isInFlight: false,
      takenEpoch: null,
      takenAtSteady: 0,
    })
    this.#bytes += bytes
    this.#loose.push(kept)
    this.#opened = undefined
    this.#lines = []
    if (this.#loose.length >= 2 * PACKED_TOGETHER) pack(this.#loose.splice(0, PACKED_TOGETHER))
    return this.#bytes > this.#maxBytes ? this.#makeRoom(held) : []
  }

  remove(seq: number): void {
    const index = this.#frames.findIndex((frame) => frame.seq === seq)
    if (index < 0) return
    this.#bytes -= this.#frames[index]!.bytes
    this.#frames.splice(index, 1)
  }

  /** Forgets what is held elsewhere and was read before `beforeSteady`. */
  forget(held: Held, beforeSteady: number): void {
    let aged = 0
    while (aged < this.#frames.length && this.#frames[aged]!.steady < beforeSteady) aged += 1
    if (aged === 0) return
    const kept: RetainedFrame[] = []
    for (let i = 0; i < aged; i += 1) {
      const frame = this.#frames[i]!
      if (frame.isInFlight || !held.has(frame.seq)) kept.push(frame)
      else this.#bytes -= frame.bytes
    }
    if (kept.length < aged) this.#frames.splice(0, aged, ...kept)
  }

  #read({ tail, pack, line }: Text): string {
    if (pack === undefined) return tail
    if (pack !== this.#opened) {
      this.#opened = pack
      this.#lines = unzstd(pack)!.split('\n')
    }
    return this.#lines[line!]!
  }

  /** Frames held elsewhere go first (nothing is lost), then the oldest; the newest and those on the way stay. */
  #makeRoom(held: Held): RetainedFrame[] {
    const newest = this.#frames.at(-1)!
    const lost: RetainedFrame[] = []
    for (const mayLose of [false, true]) {
      if (this.#bytes <= this.#maxBytes) break
      const gone = new Set<RetainedFrame>()
      for (const frame of this.#frames) {
        if (this.#bytes <= this.#maxBytes) break
        if (frame === newest || frame.isInFlight) continue
        const isHeld = held.has(frame.seq)
        if (!isHeld && !mayLose) continue
        gone.add(frame)
        this.#bytes -= frame.bytes
        if (!isHeld) lost.push(frame)
      }
      if (gone.size > 0) this.#frames = this.#frames.filter((frame) => !gone.has(frame))
    }
    return lost
  }
}

/** Leaves them as they are where the runtime cannot compress so: Node before 22.15. */
function pack(texts: readonly Text[]): void {
  const packed = zstd(texts.map(({ tail }) => tail).join('\n'))
  if (packed === undefined) return
  for (const [line, text] of texts.entries()) Object.assign(text, { tail: '', pack: packed, line })
}
