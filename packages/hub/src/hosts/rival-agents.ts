import { MINUTE } from '@lumen/model/time'
import type { Clock } from '@lumen/std/clock'

/** One run of an agent, as its pushes name it. */
export interface AgentRun {
  stream: string
  boot: string
}

interface Books {
  /** Runs that pushed lately, the latest last, with when each did. */
  runs: { id: string; run: AgentRun; at: number }[]
  /** When a run pushed again after another had. */
  returns: number[]
  toldAt: number
  windowMs: number
}

/** A restart is one change of runs, and its last push may come late; an agent that comes back to life three times
 * within this, or within three of its intervals, is two agents. */
const WINDOW_MS = 2 * MINUTE
const WINDOW_INTERVALS = 3
const RETURNS = 3
const MOST_RUNS = 4
/** How often the ledger is told of a case that goes on. */
const TELL_AGAIN_MS = 60 * MINUTE

/** Notices two agents that push with one host's token: their pushes alternate. Their readings go into one history,
 * which nobody can take apart again, so it must be said. */
export class RivalAgents {
  readonly #clock: Clock
  readonly #books = new Map<number, Books>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Takes note of a push. Answers the runs when it is time to tell the ledger of them.
   * @param intervalMs time between pushes, as well as that is known */
  heard(hostId: number, run: AgentRun, intervalMs: number): readonly AgentRun[] | undefined {
    const now = this.#clock.monotonic()
    const id = `${run.stream} ${run.boot}`
    const windowMs = Math.max(WINDOW_MS, WINDOW_INTERVALS * intervalMs)
    const known = this.#books.get(hostId)
    const books = known ?? { runs: [], returns: [], toldAt: Number.NEGATIVE_INFINITY, windowMs }
    books.windowMs = windowMs
    this.#books.set(hostId, books)
    const latest = books.runs.at(-1)
    if (latest?.id === id) {
      latest.at = now
      return undefined
    }
    const isReturn = books.runs.some((each) => each.id === id && now - each.at < windowMs)
    books.runs = [...books.runs.filter((each) => each.id !== id), { id, run, at: now }].slice(-MOST_RUNS)
    if (!isReturn) return undefined
    books.returns = [...books.returns, now].slice(-RETURNS)
    if (!this.areAt(hostId) || now - books.toldAt < TELL_AGAIN_MS) return undefined
    books.toldAt = now
    return books.runs.filter(({ at }) => now - at < windowMs).map((each) => each.run)
  }

  /** Whether two agents push for the host now. */
  areAt(hostId: number): boolean {
    const books = this.#books.get(hostId)
    const oldest = books?.returns.at(-RETURNS)
    return oldest !== undefined && this.#clock.monotonic() - oldest < books!.windowMs
  }

  /** Hosts that two agents push for now. */
  *hosts(): Generator<number> {
    for (const hostId of this.#books.keys()) if (this.areAt(hostId)) yield hostId
  }

  forget(hostId: number): void {
    this.#books.delete(hostId)
  }
}
