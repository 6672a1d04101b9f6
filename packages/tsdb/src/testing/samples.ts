import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EntityName } from '@lumen/model/catalog'
import { toFixedPoint } from '@lumen/model/fixed-point'
import { findMetric, layoutOf, type Metric } from '@lumen/model/metric'
import type { EntityRow, Sample } from '@lumen/model/sample'
import { DAY } from '@lumen/model/time'
import type { Clock } from '@lumen/std/clock'
import type { Tsdb } from '../api.ts'

/** A minute's start, to count from in tests. */
export const T0 = 1_790_000_040_000

export interface TestClock extends Clock {
  time: number
}

/** Stands still until a test sets `time`. */
export function testClock(time: number): TestClock {
  return {
    time,
    now() {
      return this.time
    },
    monotonic() {
      return this.time
    },
  }
}

/** A clock far ahead of a store's newest reading deletes nothing before it has stood there for a day: let it have done so. */
export function standADay(clock: TestClock, store: Pick<Tsdb, 'health'>): void {
  clock.time -= DAY
  store.health()
  clock.time += DAY
}

export function metric(name: string): Metric {
  return findMetric(name)!
}

/** `rowOf('disk', 'sda', { read_iops: 3 })`: fields not named are missing. */
export function rowOf(entity: EntityName, key: string, fields: Record<string, number>): EntityRow {
  const values = new Float64Array(layoutOf(entity).metrics.length).fill(Number.NaN)
  for (const [field, value] of Object.entries(fields)) {
    const { index, spec } = layoutOf(entity).metrics[layoutOf(entity).indexOf.get(field)!]!
    values[index] = toFixedPoint(value, spec)
  }
  return { entity, key, values, attributes: {} }
}

/** A frame with `host.cpu_pct`, and what else is given. */
export function sampleOf(
  seq: number,
  ts: number,
  cpuPct: number,
  rows: EntityRow[] = [],
  intervalMs = 5_000,
): Sample {
  return { seq, ts, intervalMs, rows: [rowOf('host', '', { cpu_pct: cpuPct }), ...rows] }
}

/** Where thousands of fsyncs cost nothing, for tests that are about something else; the temporary folder elsewhere. */
export const MEMORY_FOLDER = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** A folder of its own under the system's temporary one; `remove` deletes it. */
export function scratchDir(parent = tmpdir()): { dir: string; remove(): void } {
  const dir = mkdtempSync(join(parent, 'lumen-tsdb-'))
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) }
}
