import { fromFixedPoint } from '@lumen/model/fixed-point'
import { layoutOf } from '@lumen/model/metric'
import type { EntityRow, Sample } from '@lumen/model/sample'
import { isSingle } from '@lumen/protocol/agent/frame'
import type { LiveFrame } from '@lumen/protocol/live/message'

type WireRow = Record<string, number | string>

/** A stored sample as JSON carries readings: catalogue units, missing values left out. */
export function liveFrameOf(sample: Sample): LiveFrame {
  const frame: Record<string, unknown> = { ts: sample.ts, interval_ms: sample.intervalMs }
  for (const row of sample.rows) {
    if (isSingle(row.entity)) {
      frame[row.entity] = wireRow(row)
      continue
    }
    let byKey = frame[row.entity] as Record<string, WireRow> | undefined
    if (byKey === undefined) {
      byKey = Object.create(null) as Record<string, WireRow>
      frame[row.entity] = byKey
    }
    byKey[row.key] = wireRow(row)
  }
  return frame as LiveFrame
}

function wireRow(row: EntityRow): WireRow {
  const { metrics } = layoutOf(row.entity)
  const wire: WireRow = { ...row.attributes }
  for (const metric of metrics) {
    const value = fromFixedPoint(row.values[metric.index] ?? Number.NaN, metric.spec)
    if (value !== null) wire[metric.field] = value
  }
  return wire
}
