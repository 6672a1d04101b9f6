import type { Sample } from '@lumen/model/sample'
import { policyOf } from '../../hosts/host-wishes.ts'
import { admit } from '../admission.ts'
import type { Caller } from '../gate.ts'
import type { IngestParts } from '../push.ts'
import { decodeSnapshot } from './decode-snapshot.ts'

/** One stream for all frames of older agents; their time in ms is their number, which makes duplicates one. */
export const V1_STREAM = 'v1'

/** Takes one snapshot of the older Go agent. Never refuses: a 4xx would block that agent's queue for a day, so
 * what cannot be used, or is past its host's allowance, is left out and counted. Its readings from the future are
 * taken as read now; those older than the store keeps are dropped. */
export function takeSnapshot(parts: IngestParts, { host }: Caller, body: unknown): void {
  const { tsdb, counters, quota, clock, settings } = parts
  const { ts, rows, facts, agentVersion, dropped } = decodeSnapshot(body)
  const now = clock.now()
  const { interval_ms: intervalMs } = policyOf(settings.policy, host)
  counters.add('pushes', 'v1')
  if (dropped > 0) counters.add('values_dropped', '', dropped)
  if (ts !== undefined && ts > now) counters.add('frames_restamped')

  parts.profiles.learn(host, {
    protocol: 'v1',
    agentVersion: agentVersion ?? host.agentVersion,
    intervalMs,
    facts: facts ?? host.facts,
  })
  parts.presence.heard(host, {})
  if (rows.length > 0) {
    const seq = ts !== undefined && ts >= 1 ? ts : now
    const sample: Sample = { seq, ts: Math.min(ts ?? now, now), intervalMs, rows }
    const isStored = () => true
    const hasRoom = quota.waitS(host.id, V1_STREAM, seq, isStored) === 0
    const admission = hasRoom ? admit(tsdb, host.id, V1_STREAM, sample, now) : overQuota
    if (admission.kind === 'refused') counters.add('frames_rejected', admission.code)
    else {
      quota.stored(host.id, V1_STREAM, seq, admission.kind, isStored)
      counters.add(admission.kind === 'taken' ? 'frames_accepted' : 'frames_duplicate')
    }
    if (admission.kind === 'taken' && parts.presence.isFirstHand(host.id, sample.ts)) {
      parts.onSamples(host.id, [sample])
    }
  }
  parts.onContact(host.id)
}

const overQuota = { kind: 'refused', code: 'too_many_ranges' } as const

/** An interval as Go writes durations: `5s`, `1.5s` as `1500ms`. Go knows no days. */
export function goDuration(ms: number): string {
  return ms % 1_000 === 0 ? `${ms / 1_000}s` : `${ms}ms`
}
