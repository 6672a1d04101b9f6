import { scaleOf } from '@lumen/model/fixed-point'
import { findMetric } from '@lumen/model/metric'
import { HOUR, MINUTE } from '@lumen/model/time'
import type { Clock } from '@lumen/std/clock'
import type { Tsdb } from '@lumen/tsdb/api'
import { FILL_SPAN_MS, hoursUntilFull } from '../../alerting/derived/hours-until-full.ts'

const METRIC = findMetric('storage.used_pct')!
const POINTS = 96
const KEPT_MS = 10 * MINUTE
/** Beyond it nobody can say. */
const FAR_HOURS = 24 * 365

/** When storages are full if they go on as over the last day. Worked out at most every ten minutes. */
export class StorageForecast {
  readonly #tsdb: Tsdb
  readonly #clock: Clock
  readonly #known = new Map<number, { at: number; byName: Promise<ReadonlyMap<string, number>> }>()

  constructor(tsdb: Tsdb, clock: Clock) {
    this.#tsdb = tsdb
    this.#clock = clock
  }

  /** Epoch ms; null when it is not in sight, or too little is known. */
  async fullAt(hostId: number, storage: string): Promise<number | null> {
    const now = this.#clock.monotonic()
    let known = this.#known.get(hostId)
    if (known === undefined || now - known.at >= KEPT_MS) {
      known = { at: now, byName: this.#read(hostId) }
      this.#known.set(hostId, known)
    }
    return (await known.byName).get(storage) ?? null
  }

  async #read(hostId: number): Promise<ReadonlyMap<string, number>> {
    const now = this.#clock.now()
    const range = { from: now - FILL_SPAN_MS, to: now }
    const { t, series } = await this.#tsdb.query({
      ...{ host: hostId, metrics: [METRIC], key: null, range, points: POINTS },
    })
    const scale = scaleOf(METRIC.spec)
    return new Map(
      series.flatMap(({ key, avg }) => {
        const hours = hoursUntilFull(
          t,
          avg.map((value) => value / scale),
          now,
        )
        return hours <= FAR_HOURS ? [[key, Math.round(now + hours * HOUR)] as const] : []
      }),
    )
  }
}
