import type { Alert } from '@lumen/protocol/http/alerts/alert'

/** Firing before pending, critical before warning, then the newest. */
export function gravestFirst(one: Alert, other: Alert): number {
  const rank = ({ state, level }: Alert) => (state === 'firing' ? 2 : 0) + (level === 'critical' ? 1 : 0)
  const since = ({ fired_at, pending_at }: Alert) => fired_at ?? pending_at
  return rank(other) - rank(one) || since(other) - since(one) || other.id - one.id
}
