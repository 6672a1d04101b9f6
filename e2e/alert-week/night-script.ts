import { HOUR, MINUTE } from '@lumen/model/time'
import type { Fault, FaultKind } from './fault-script.ts'

/** A night of ten hosts, one trouble each, one after the other. */
export const NIGHT_START = Date.parse('2026-11-23T00:00Z')
export const NIGHT_HOSTS = 10
export const NIGHT_MS = 9 * HOUR
export const NIGHT_STEP_MS = 30_000

const KINDS: readonly FaultKind[] = [
  'warm',
  'worse',
  'full',
  'down',
  'unhealthy',
  'better',
  'hot',
  'blip',
  'hiccup',
  'full',
]

export const NIGHT: readonly Fault[] = KINDS.map((kind, host) => {
  const from = (20 + host * 40) * MINUTE
  const lasts = kind === 'blip' ? 3 * MINUTE : kind === 'hiccup' ? 4 * MINUTE : 100 * MINUTE
  return { kind, host, from, to: from + lasts }
})
