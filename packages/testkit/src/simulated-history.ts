import type { Sample } from '@lumen/model/sample'
import { DAY, HOUR, MINUTE, type TimeRange } from '@lumen/model/time'
import { decodeFrame } from '@lumen/protocol/agent/decode-frame'
import type { Tsdb } from '@lumen/tsdb/api'
import type { FakeClock } from './fake-clock.ts'
import { type MachineShape, SMALL_SERVER, SyntheticMachine } from './synthetic-readings.ts'

/** A store opened on the history's clock, which flushes and compacts only when told. */
export type HistoryStore = Pick<Tsdb, 'append' | 'flush'> & {
  compact(): Promise<unknown>
  retain(): Promise<void>
}

export interface HistoryHost {
  id: number
  /** When it joined, epoch ms; from the beginning unless told. */
  since?: number
  shape?: MachineShape
}

/** A host that cannot deliver for a while. */
export interface Outage {
  host: number
  during: TimeRange
  /** What it read meanwhile arrives at once afterwards; else it is lost. */
  isBackfilled: boolean
}

export interface SimulatedHistoryOptions {
  store: HistoryStore
  clock: FakeClock
  hosts: readonly HistoryHost[]
  /** Same seed, same readings. */
  seed?: number
  outages?: readonly Outage[]
  /** Gets every sample the moment the store has taken it; nothing is kept of it here. */
  onSample?: (host: number, sample: Sample) => void
}

export interface Stretch {
  /** Time passes from the clock's now to here, epoch ms. */
  to: number
  /** Between two readings of one host. */
  intervalMs: number
  /** Between two commits, a multiple of the interval. A hub's is a minute; an hour, or the interval if that is
   * longer, makes long histories cheaper. */
  flushEveryMs?: number
  /** false leaves the days that end meanwhile to whoever opens the store next. */
  isCompacted?: boolean
  /** Once a simulated day. */
  onDay?: (now: number) => void
}

/** How long after midnight UTC a hub's daily work is done here. */
const JOBS_AFTER_MS = 10 * MINUTE

/** Fills a store with what a hub's agents deliver over days or years, through the code a hub uses: readings are
 * decoded, appended, flushed, compacted and retained in the order time would have it. Flushes and compactions run
 * beside the reading of what comes next, in the store's own threads. */
export class SimulatedHistory {
  readonly #options: SimulatedHistoryOptions
  readonly #members: Member[]
  #flushed: Promise<void> = Promise.resolve()
  #compacted: Promise<void> = Promise.resolve()
  #jobsAt: number
  #frames = 0

  constructor(options: SimulatedHistoryOptions) {
    const { hosts, outages = [], seed = 1, clock } = options
    this.#options = options
    this.#members = hosts.map((host, index) => ({
      id: host.id,
      since: host.since ?? 0,
      phase: index / hosts.length,
      machine: new SyntheticMachine(seed + index, host.shape ?? SMALL_SERVER),
      outages: outages.filter((outage) => outage.host === host.id),
      late: [],
      seq: 0,
    }))
    this.#jobsAt = nextJobs(clock.now())
  }

  /** Frames the store has taken. */
  get frames(): number {
    return this.#frames
  }

  /** Another store in place of the one before, which must be idle: the same one opened anew. */
  set store(store: HistoryStore) {
    this.#options.store = store
  }

  /** Lets time pass. Everything read by then is flushed when this resolves, and what was due is compacted.
   * @throws when the store refuses a frame or fails. */
  async run({ to, intervalMs, isCompacted = true, onDay, ...stretch }: Stretch): Promise<void> {
    const { clock } = this.#options
    const flushEveryMs = stretch.flushEveryMs ?? Math.max(HOUR, intervalMs)
    let flushAt = clock.now() + flushEveryMs
    while (clock.now() < to) {
      const from = clock.now()
      clock.advance(Math.min(intervalMs, to - from))
      for (const member of this.#members) this.#read(member, from, intervalMs)
      if (clock.now() >= flushAt) {
        flushAt += flushEveryMs
        await this.#flush()
      }
      if (clock.now() < this.#jobsAt) continue
      this.#jobsAt = nextJobs(clock.now())
      onDay?.(clock.now())
      if (!isCompacted) continue
      await this.#flush()
      await this.#compact()
    }
    await this.#flush()
    await this.#flushed
    await this.#compacted
  }

  /** Waits for the flush before this one, not for this one. */
  async #flush(): Promise<void> {
    await this.#flushed
    this.#flushed = this.#options.store.flush('complete')
    this.#flushed.catch(() => undefined)
  }

  async #compact(): Promise<void> {
    const { store } = this.#options
    await this.#compacted
    this.#compacted = this.#flushed.then(() => store.compact()).then(() => store.retain())
    this.#compacted.catch(() => undefined)
  }

  #read(member: Member, from: number, intervalMs: number): void {
    const ts = from + Math.floor(member.phase * intervalMs)
    if (ts < member.since) return
    const readings = member.machine.read(intervalMs)
    const frame = { seq: ++member.seq, ts, interval_ms: intervalMs, ...readings }
    const decoded = decodeFrame(frame)
    if (decoded.kind === 'fault') {
      throw new Error(`Cannot fill the store: ${decoded.path} ${decoded.message}`)
    }
    const outage = member.outages.find(({ during }) => ts >= during.from && ts < during.to)
    if (outage === undefined) {
      for (const sample of member.late.splice(0)) this.#append(member, sample)
      this.#append(member, decoded.sample)
    } else if (outage.isBackfilled) {
      member.late.push(decoded.sample)
    }
  }

  #append({ id }: Member, sample: Sample): void {
    const { store, onSample } = this.#options
    const outcome = store.append(id, `history-${id}`, sample)
    if (outcome.kind !== 'taken') {
      const at = new Date(sample.ts).toISOString()
      throw new Error(`Cannot fill the store: it answered ${outcome.kind} to a frame of ${at}`)
    }
    this.#frames += 1
    onSample?.(id, sample)
  }
}

interface Member {
  id: number
  since: number
  /** Where in the interval it reads, 0 to 1: agents are not in step. */
  phase: number
  machine: SyntheticMachine
  outages: readonly Outage[]
  /** Read during an outage, oldest first. */
  late: Sample[]
  seq: number
}

function nextJobs(now: number): number {
  return (Math.floor((now - JOBS_AFTER_MS) / DAY) + 1) * DAY + JOBS_AFTER_MS
}
