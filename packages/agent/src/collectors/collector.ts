import type { CollectorSwitch } from '@lumen/protocol/agent/collector-switches'
import type { WireReadings } from '@lumen/protocol/agent/frame'
import type { MachineEvent } from '../event-limit.ts'
import type { Declaration } from '../reads.ts'

/** One source of numbers. `collect` adds what it can read to the frame and leaves out what it cannot: a source
 * that is absent adds nothing. It throws when a source is there but cannot be understood; that is reported and
 * does not stop the others. It must not wait: whatever may hang is read beside the tick. */
export interface Collector extends Declaration {
  readonly name: string
  /** What turns it off, if anything does. */
  readonly switch?: CollectorSwitch
  /** @param at monotonic milliseconds, the same for all collectors of a frame */
  collect(into: Readings, at: number): void
  /** Begins what may hang, beside the tick; what it answers resolves soon in any case. Never throws or rejects. */
  refresh?(): void | Promise<void>
  /** Resolves when nothing of it is under way; soon in any case. */
  settled?(): Promise<void>
  /** What changed since the last call and is worth an event. */
  takeEvents?(): MachineEvent[]
  /** Ends what is under way and closes connections; the next refresh begins anew. */
  stop?(): void
}

/** A frame being filled: the host row is always there. */
export type Readings = WireReadings & { host: NonNullable<WireReadings['host']> }
