import { layoutOf } from '@lumen/model/metric'
import { HOUR, MINUTE } from '@lumen/model/time'
import { decodeFrame } from '@lumen/protocol/agent/decode-frame'
import { silentLog } from '@lumen/std/log'
import { FakeClock } from '@lumen/testkit/fake-clock'
import { SyntheticMachine } from '@lumen/testkit/synthetic-readings'
import { openTsdb } from '@lumen/tsdb/open'

export interface FilledSeries {
  host: number
  name: string
  key: string
  /** One a minute, in fixed point; NaN where missing. */
  values: number[]
}

/** Writes `hours` of one frame a minute for each host into a store that no hub has open, ending at `to`. Answers
 * what was written of the metrics named in `wanted` (all when undefined), for a peer. */
export async function fillStore(
  dir: string,
  hosts: readonly number[],
  options: { to: number; hours: number; wanted?: ReadonlySet<string> },
): Promise<{ timestamps: number[]; series: FilledSeries[] }> {
  const minutes = options.hours * (HOUR / MINUTE)
  const first = Math.floor(options.to / MINUTE) * MINUTE - minutes * MINUTE
  const clock = new FakeClock(first)
  await using store = await openTsdb({ dir, clock, log: silentLog, autoFlush: false })
  const machines = hosts.map((_, index) => new SyntheticMachine(index + 1))
  const series = new Map<string, FilledSeries>()
  const timestamps: number[] = []
  for (let minute = 0; minute < minutes; minute++) {
    const ts = first + minute * MINUTE + 30_000
    timestamps.push(ts)
    clock.advance(MINUTE)
    for (const [index, host] of hosts.entries()) {
      const frame = { seq: minute + 1, ts, interval_ms: MINUTE, ...machines[index]!.read(MINUTE) }
      const decoded = decodeFrame(frame)
      if (decoded.kind === 'fault') throw new Error(`${decoded.path} ${decoded.message}`)
      const outcome = store.append(host, `fill-${host}`, decoded.sample)
      if (outcome.kind !== 'taken') throw new Error(`the store did not take a frame: ${outcome.kind}`)
      for (const row of decoded.sample.rows) {
        for (const metric of layoutOf(row.entity).metrics) {
          if (!metric.spec.isPersisted || options.wanted?.has(metric.name) === false) continue
          const id = `${host} ${metric.name} ${row.key}`
          const found = series.get(id)
          const value = row.values[metric.index]!
          if (found !== undefined) found.values.push(value)
          else if (!Number.isNaN(value))
            series.set(id, { host, name: metric.name, key: row.key, values: [value] })
        }
      }
    }
    if (minute % 10 === 9) await store.flush('complete')
  }
  await store.flush('all')
  return { timestamps, series: [...series.values()] }
}
