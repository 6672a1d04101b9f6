import type { Sample } from '@lumen/model/sample'
import { durationText } from '@lumen/std/duration-text'
import type { AppendOutcome, Tsdb } from '@lumen/tsdb/api'

export type Admission =
  | { kind: 'taken'; leftOut: number }
  | { kind: 'duplicate' }
  | { kind: 'refused'; code: 'too_old' | 'in_future'; path: string; message: string }

/** Hands one checked sample to the store and puts its answer into words. Every sample, native or of an older
 * agent, comes through here. */
export function admit(tsdb: Tsdb, hostId: number, stream: string, sample: Sample, now: number): Admission {
  const outcome = tsdb.append(hostId, stream, sample)
  if (outcome.kind === 'taken' || outcome.kind === 'duplicate') return outcome
  return refusal(outcome, sample, now)
}

function refusal(
  outcome: Exclude<AppendOutcome, { kind: 'taken' | 'duplicate' }>,
  sample: Sample,
  now: number,
): Admission {
  switch (outcome.kind) {
    case 'too-old':
      return {
        kind: 'refused',
        code: 'too_old',
        path: 'ts',
        message: `is ${durationText(now - sample.ts)} behind, the limit is ${durationText(outcome.limitMs)}`,
      }
    case 'in-future':
      return {
        kind: 'refused',
        code: 'in_future',
        path: 'ts',
        message: `is ${durationText(sample.ts - now)} ahead, the limit is ${durationText(outcome.limitMs)}`,
      }
  }
}
