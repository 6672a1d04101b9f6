import { DAY, HOUR, MINUTE } from '@lumen/model/time'
import type { Alert } from '@lumen/protocol/http/alerts/alert'
import type { View } from '../../../charts/window.ts'

/** Wide enough to show how it was before: live while the alert lasts, else around it. */
export function viewAround(alert: Pick<Alert, 'pending_at' | 'resolved_at'>, now: number): View {
  const { pending_at: from, resolved_at: to } = alert
  if (to !== null) {
    const lead = Math.max(10 * MINUTE, (to - from) / 2)
    return { kind: 'fixed', from: from - lead, to: Math.min(to + lead, now) }
  }
  const ageMs = now - from
  if (ageMs < 10 * MINUTE) return { kind: 'live', range: '15m' }
  if (ageMs < 45 * MINUTE) return { kind: 'live', range: '1h' }
  if (ageMs < 5 * HOUR) return { kind: 'live', range: '6h' }
  if (ageMs < 20 * HOUR) return { kind: 'live', range: '24h' }
  return { kind: 'live', range: ageMs < 6 * DAY ? '7d' : '30d' }
}
