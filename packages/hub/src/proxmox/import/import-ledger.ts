import type { TimeRange } from '@lumen/model/time'
import type { ControlDb } from '../../control-db/control-db.ts'

/** A stretch of a host's history that was not measured by the hub but taken over, and how far apart its points lie. */
export interface ImportedRange extends TimeRange {
  /** 0: nothing was there to take. */
  stepMs: number
}

/** What came from one source. */
export interface ImportRecord {
  /** Oldest first. */
  ranges: readonly ImportedRange[]
  /** How far back the store kept anything then; what is older was left. */
  keptMs: number
}

type Row = {
  host_id: number
  source: string
  from_ms: number
  to_ms: number
  step_ms: number
  kept_ms: number
}

/** What was imported. Kept, because a chart has to say so for as long as the data lives. */
export class ImportLedger {
  readonly #db: ControlDb
  readonly #byHost = new Map<number, Map<string, ImportRecord>>()

  constructor(db: ControlDb) {
    this.#db = db
    for (const row of db.read<Row>('SELECT * FROM imports ORDER BY from_ms')) {
      const { source, from_ms: from, to_ms: to, step_ms: stepMs, kept_ms: keptMs } = row
      this.#note(row.host_id, source, { ranges: [{ from, to, stepMs }], keptMs })
    }
  }

  /** Undefined while the source was not imported. */
  from(hostId: number, source: string): ImportRecord | undefined {
    return this.#byHost.get(hostId)?.get(source)
  }

  /** The source is imported, as far back as is kept; adds to what came from it before. */
  async done(hostId: number, source: string, { ranges, keptMs }: ImportRecord): Promise<void> {
    await this.#db.run(
      ...ranges.map(({ from, to, stepMs }) => ({
        sql: 'INSERT OR REPLACE INTO imports (host_id, source, from_ms, to_ms, step_ms, kept_ms) VALUES (?, ?, ?, ?, ?, ?)',
        values: [hostId, source, from, to, stepMs, keptMs],
      })),
    )
    this.#note(hostId, source, { ranges, keptMs })
  }

  /** Imported stretches that lie in a range, oldest first. */
  within(hostId: number, { from, to }: TimeRange): ImportedRange[] {
    const all = [...(this.#byHost.get(hostId)?.values() ?? [])].flatMap(({ ranges }) => ranges)
    const inside = all.filter((range) => range.stepMs > 0 && range.from < to && range.to > from)
    // A stretch may be noted twice, when it was taken over and when all before it was.
    return [...new Map(inside.map((range) => [range.from, range])).values()].sort((a, b) => a.from - b.from)
  }

  forget(hostId: number): void {
    this.#byHost.delete(hostId)
  }

  #note(hostId: number, source: string, { ranges, keptMs }: ImportRecord): void {
    const sources = this.#byHost.get(hostId) ?? new Map<string, ImportRecord>()
    this.#byHost.set(hostId, sources)
    const before = sources.get(source)
    const byStart = new Map([...(before?.ranges ?? []), ...ranges].map((range) => [range.from, range]))
    sources.set(source, {
      ranges: [...byStart.values()].sort((a, b) => a.from - b.from),
      keptMs: Math.max(before?.keptMs ?? 0, keptMs),
    })
  }
}
