import { SECOND } from '@lumen/model/time'
import { METRIC_POINT, type MetricPoint } from '../client/pve-calls.ts'
import type { ClockSkews } from './clock-skews.ts'

/** pvestatd looks every ten seconds: a slot holds one look of every node. */
export const SLOT_MS = 10 * SECOND

/** What is known of one thing at one time. */
export interface TimedReading {
  id: string
  /** By the clock of the node that read it, s. */
  atS: number
  values: Record<string, number>
}

export interface Points {
  /** By slot, on the hub's clock, oldest first; readings of a slot in the order of their time. */
  slots: [slotMs: number, readings: TimedReading[]][]
  bad: { count: number; first: string[] }
}

/** Puts points of `/cluster/metrics/export` together by thing and time, and those into slots from `fromMs` to `toMs`.
 * A point that comes twice counts once. @param nodeOf whose clock a thing's points are read by */
export function slotsOf(
  rows: readonly unknown[],
  range: { fromMs: number; toMs: number },
  skews: ClockSkews,
  nodeOf: (id: string) => string | undefined,
): Points {
  const bad: Points['bad'] = { count: 0, first: [] }
  const bySlot = new Map<number, Map<string, TimedReading>>()
  for (const row of rows) {
    const point = METRIC_POINT.safeParse(row)
    if (!point.success) {
      bad.count += 1
      if (bad.first.length < 3) bad.first.push(point.error.issues[0]?.path.join('.') || 'no point')
      continue
    }
    const { id, metric, timestamp, value }: MetricPoint = point.data
    const slotMs = Math.floor(skews.toHubMs(nodeOf(id), timestamp) / SLOT_MS) * SLOT_MS
    if (slotMs < range.fromMs || slotMs >= range.toMs) continue
    let slot = bySlot.get(slotMs)
    if (slot === undefined) {
      slot = new Map()
      bySlot.set(slotMs, slot)
    }
    const key = `${id} ${timestamp}`
    const reading = slot.get(key)
    if (reading === undefined) slot.set(key, { id, atS: timestamp, values: { [metric]: value } })
    else reading.values[metric] = value
  }
  const slots = [...bySlot].sort(([a], [b]) => a - b)
  return {
    slots: slots.map(([slotMs, readings]) => [slotMs, [...readings.values()].sort((a, b) => a.atS - b.atS)]),
    bad,
  }
}
