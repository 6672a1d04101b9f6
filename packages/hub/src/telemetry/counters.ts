/** The hub's own counts since start, by name and one label. Cheap to raise; read by /metrics and tests. */
export class Counters {
  readonly #counts = new Map<string, Map<string, number>>()

  add(name: CounterName, label = '', by = 1): void {
    let labels = this.#counts.get(name)
    if (labels === undefined) {
      labels = new Map()
      this.#counts.set(name, labels)
    }
    labels.set(label, (labels.get(label) ?? 0) + by)
  }

  get(name: CounterName, label = ''): number {
    return this.#counts.get(name)?.get(label) ?? 0
  }

  entries(name: CounterName): [label: string, count: number][] {
    return [...(this.#counts.get(name) ?? [])]
  }
}

export const COUNTERS = {
  pushes: { help: 'Pushes answered, by protocol', label: 'protocol' },
  push_refusals: { help: 'Pushes refused as a whole, by problem code', label: 'code' },
  frames_accepted: { help: 'Frames counted for the first time', label: null },
  frames_duplicate: { help: 'Frames that had been counted before', label: null },
  frames_rejected: { help: 'Frames refused, by reason', label: 'reason' },
  frames_restamped: { help: 'Frames of older agents moved from the future to now', label: null },
  values_dropped: { help: 'Values of older agents that could not be used', label: null },
  unknown_fields: { help: 'Fields of pushes this hub does not know', label: null },
  push_parts_dropped: { help: 'Facts, events and rows left out of a push, by part', label: 'part' },
  logins: { help: 'Logins, by outcome', label: 'outcome' },
  live_messages: { help: 'Messages sent to browsers', label: null },
  live_skips: { help: 'Updates skipped for slow browsers, made up by a snapshot', label: null },
  notifications: { help: 'Attempts to bring a message to a channel, by outcome', label: 'outcome' },
  faults: { help: 'Requests that ended in an unexpected fault', label: null },
} as const satisfies Record<string, { help: string; label: string | null }>

export type CounterName = keyof typeof COUNTERS
