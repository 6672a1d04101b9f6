import type { Maintenance, MaintenanceTime } from '@lumen/protocol/http/alerts/silence'
import { dateTimeText } from '../../../format/time.ts'
import { type AlertPlainKey, ta } from '../../../i18n/ta.ts'
import { spanText } from '../shared/words.ts'

const dayKey = (day: number) => `day.${day}` as AlertPlainKey

/** `Sundays 03:00 for 2 h, Europe/Berlin`. */
export function timeText(time: MaintenanceTime): string {
  if (time.kind === 'once')
    return ta('maintenance.onceText', dateTimeText(time.from), dateTimeText(time.until))
  const lasting = spanText(time.duration_ms)
  if (time.kind === 'monthly') return ta('maintenance.monthlyText', time.day, time.at, lasting, time.zone)
  const days =
    time.days.length === 7
      ? ta('maintenance.daily')
      : time.days.map((day) => ta(dayKey(day)).slice(0, 3)).join(', ')
  return ta('maintenance.weeklyText', days, time.at, lasting, time.zone)
}

/** Under way, or when it comes next by this device's clock. */
export function windowText({ window, spec }: Maintenance, now: number): string {
  if (!spec.is_enabled) return ta('maintenance.off')
  if (window === null) return ta('maintenance.noMore')
  if (window.from <= now) return ta('maintenance.running', dateTimeText(window.until))
  return ta('maintenance.next', dateTimeText(window.from), spanText(window.from - now))
}
