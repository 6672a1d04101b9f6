import type { WeekSchedule } from '@lumen/protocol/http/alerts/week-schedule'
import { isWithin, nextChange } from '../wall-clock/week-schedule.ts'
import type { Replayed } from './replay.ts'

/** What people would hear of: outside its rule's hours an alert waits for them to begin, and is nothing if it ends first. */
export function toldWithin(schedule: WeekSchedule | null, alert: Replayed): Replayed | null {
  if (schedule === null || isWithin(schedule, alert.from)) return alert
  const begin = nextChange(schedule, alert.from)
  if (begin === null || (alert.to !== null && alert.to <= begin)) return null
  return { ...alert, from: begin }
}
