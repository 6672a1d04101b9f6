import { MINUTE, type TimeRange } from '@lumen/model/time'
import { DEFAULT_INTERVAL_MS } from '../config/hub-config.ts'
import type { HostRecord } from '../hosts/host-record.ts'
import { staleAfterMs } from '../hosts/presence.ts'

/** Gaps without the silence at the present that is nobody's fault. Of a host that is asked and does not push, readings
 * are ten seconds apart and come in batches: what has not come yet is late only when the host would be called stale.
 * Agents push each reading, so theirs stay as they are. */
export function withoutAwaited<G extends TimeRange>(
  gaps: readonly G[],
  { kind, intervalMs }: Pick<HostRecord, 'kind' | 'intervalMs'>,
  { to }: TimeRange,
  now: number,
): readonly G[] {
  const last = gaps.at(-1)
  if (kind === 'agent' || last === undefined) return gaps
  // Where whole minutes are counted the gap ends with the last of them.
  const isAtEdge = last.to + MINUTE > Math.min(to, now)
  const isLate = now - last.from > staleAfterMs(intervalMs ?? DEFAULT_INTERVAL_MS)
  return isAtEdge && !isLate ? gaps.slice(0, -1) : gaps
}
