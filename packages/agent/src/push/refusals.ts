import type { Ack } from '@lumen/protocol/agent/ack'
import type { Log } from '@lumen/std/log'
import type { Retain, RetainedFrame } from '../retain.ts'
import type { LazySpooler } from '../spool/lazy-spooler.ts'
import type { Contact } from './contact.ts'
import type { Refusal } from './http-push.ts'
import { Isolate, type Outgoing, type Part } from './isolate.ts'
import type { Losses } from './losses.ts'
import { hasExtras, type Outbox } from './outbox.ts'
import type { Timekeeper } from './timekeeper.ts'

/** Between frames given up one by one, and the longest wait once the hub answers. */
export const GIVE_UP_PAUSE_MS = 250
/** How a hub says that a frame is before all that it keeps. */
const TOO_OLD = /^ts: is .* behind/

interface RefusedFrame {
  frame: RetainedFrame
  reason: string
}

export interface RefusalsParts {
  log: Log
  time: Timekeeper
  contact: Contact
  losses: Losses
  retain: Retain
  outbox: Outbox
  spool: LazySpooler | undefined
}

/** What the hub will not take: found out, given up, counted and told. One bad frame never blocks the rest. */
export class Refusals {
  readonly #parts: RefusalsParts
  readonly #isolate = new Isolate()

  constructor(parts: RefusalsParts) {
    this.#parts = parts
  }

  /** What the next push may carry. */
  get part(): Part {
    return this.#isolate.part
  }

  get maxFrames(): number {
    return this.#isolate.maxFrames
  }

  /** A push is wanted to find something out, even if nothing is waiting. */
  get isBusy(): boolean {
    return this.#isolate.isBusy
  }

  /** Frames an ack names as refused; those in `again` get another chance. */
  onRejected(rejected: Ack['rejected'], { frames }: Outgoing, again: ReadonlySet<RetainedFrame>): void {
    const bySeq = new Map(frames.map((frame) => [frame.seq, frame]))
    this.#giveUp(
      rejected.flatMap(({ seq, reason }) => {
        const frame = seq === null ? undefined : bySeq.get(seq)
        return frame === undefined || again.has(frame) ? [] : [{ frame, reason }]
      }),
    )
  }

  /** The push was taken: who was suspected before is proved guilty by that. */
  onTaken(): void {
    const { outbox, log, contact, time } = this.#parts
    const guilty = this.#isolate.onTaken(!outbox.isEmpty)
    if (guilty === undefined) return
    const { outgoing, reason } = guilty
    this.#giveUp(outgoing.frames.map((frame) => ({ frame, reason })))
    if (hasExtras(outgoing.extras)) {
      outbox.settle(outgoing.extras)
      log.warn('hub refuses facts or events; not sending them again', { reason })
    }
    contact.pause(time.steady(), GIVE_UP_PAUSE_MS)
  }

  /** The push was refused as a whole. True when the next one may find out what the hub will not take, false when it
   * takes nothing at all. */
  onRefused(answer: Refusal, outgoing: Outgoing): boolean {
    return this.#isolate.onRefused(outgoing, `refused: ${answer.reason}`)
  }

  /** The hub could not be asked. */
  onFailure(): void {
    this.#isolate.onFailure()
  }

  #giveUp(refused: readonly RefusedFrame[]): void {
    const { retain, losses, log, spool } = this.#parts
    const [first] = refused
    if (first === undefined) return
    const tooOld: RetainedFrame[] = []
    for (const { frame, reason } of refused) {
      retain.remove(frame.seq)
      spool?.current?.refuse(frame.seq)
      if (TOO_OLD.test(reason)) tooOld.push(frame)
      else losses.count(reason, 1)
    }
    if (tooOld.length > 0) losses.report(tooOld, 'older than the hub takes')
    const { seq } = first.frame
    log.warn('hub refused frames; dropped them', { frames: refused.length, seq, reason: first.reason })
  }
}
