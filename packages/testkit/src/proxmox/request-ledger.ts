/** A request a fake got, and what it did with it. */
export interface RequestRecord {
  /** By the injected clock, epoch ms. */
  at: number
  /** By the injected clock's monotonic side, ms. */
  elapsedMs: number
  /** Who answered, and who was asked about; the same unless the call was passed on. By the spec's names. */
  node: string
  target: string
  method: string
  /** After `/api2/json`, with the query. */
  path: string
  /** The call's template; undefined for calls that are not among the allowed. */
  call: string | undefined
  /** As it came. */
  authorization: string | undefined
  /** 0 for a request that never got an answer. */
  status: number
  replyBytes: number
}

/** Requests that are kept at most: a demonstration runs for days. */
const MOST_KEPT = 200_000

/** Everything that was asked, counted as tests ask about it. Past 200,000 requests the older half is forgotten. */
export class RequestLedger {
  readonly requests: RequestRecord[] = []
  /** One sentence for each request outside the allowed calls, parameters and methods. Tests expect none. */
  readonly violations: string[] = []
  /** One sentence for each answer of the fake itself that was not of its shape. Tests expect none. */
  readonly ownFaults: string[] = []

  add(record: RequestRecord): void {
    if (this.requests.length >= MOST_KEPT) this.requests.splice(0, MOST_KEPT / 2)
    this.requests.push(record)
  }

  /** How often a call was made; of all nodes unless one is named as target. */
  count(call: string, target?: string): number {
    return this.requests.filter((each) => each.call === call && (target ?? each.target) === each.target)
      .length
  }

  /** The most requests that reached this node, as answerer or as target, within any `windowMs`. */
  peak(node: string, windowMs = 1_000): number {
    const times = this.requests
      .filter((each) => each.node === node || each.target === node)
      .map(({ elapsedMs }) => elapsedMs)
    return times.reduce((most, start, index) => {
      const within = times.slice(index).filter((time) => time - start < windowMs).length
      return Math.max(most, within)
    }, 0)
  }

  /** Requests that made the node read its disks: the disk list with SMART, and SMART itself. */
  diskWakeUps(node?: string): RequestRecord[] {
    return this.requests.filter(
      ({ call, path, target }) =>
        (node ?? target) === target &&
        (call === '/nodes/{node}/disks/smart' ||
          (call === '/nodes/{node}/disks/list' && !/[?&]skipsmart=(1|true|yes|on)\b/.test(path))),
    )
  }

  forget(): void {
    this.requests.length = 0
    this.violations.length = 0
    this.ownFaults.length = 0
  }
}
