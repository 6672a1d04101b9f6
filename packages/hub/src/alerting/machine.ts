import { MINUTE } from '@lumen/model/time'
import type { AlertLevel } from '@lumen/protocol/http/alerts/rule'
import { isGraver, type Level } from './evaluate.ts'

/** What one rule knows about one thing: SPEC.md has its table. Never changed in place. Times are ms of the clock the
 * caller observes by and never go back. */
export interface Track {
  readonly phase: 'calm' | 'pending' | 'firing'
  /** Firing: the level that fires. Pending: the one seen last. Calm: null. */
  readonly level: Level
  /** Since when every reading has been at least this bad; null: the last one was not. */
  readonly warningAt: number | null
  readonly criticalAt: number | null
  /** Firing: since when every reading has been milder than `level`, or has been good; null: the last one was not. */
  readonly milderAt: number | null
  readonly clearAt: number | null
  /** When the level seen last became another. */
  readonly changedAt: number
  /** When it last fired, was raised, lowered or ended, oldest first, of the last `FLAP_WINDOW_MS`. */
  readonly turns: readonly number[]
  /** It turned so often that it ends only after `STEADY_MS` without a change. */
  readonly isFlapping: boolean
}

/** So many turns within the window, the newest being one for the worse, are flapping. */
export const FLAP_TURNS = 5
export const FLAP_WINDOW_MS = 30 * MINUTE
export const STEADY_MS = 10 * MINUTE
/** One good reading in between is not the end of what had to last to begin. */
export const LONGEST_CALM_MS = MINUTE

export const CALM: Track = {
  phase: 'calm',
  level: null,
  warningAt: null,
  criticalAt: null,
  milderAt: null,
  clearAt: null,
  changedAt: Number.NEGATIVE_INFINITY,
  turns: [],
  isFlapping: false,
}

/** One reading further. The same track when nothing changed.
 * @param level undefined: unknown. What was pending must begin anew then; what fires stays as it is, and must be seen
 *   anew to become anything else.
 * @param forMs how long it must hold before it fires or gets graver; 0: at once */
export function advance(track: Track, level: Level | undefined, at: number, forMs: number): Track {
  if (level === undefined) {
    return track.phase === 'firing'
      ? advance(track, track.level, at, forMs)
      : track.phase === 'pending'
        ? calmed(track, track.turns)
        : track
  }
  if (level === null && track.phase === 'calm') return track
  const seen = steadied(level === seenLevel(track) ? track : see(track, level, at), at)
  const reached = reachedLevel(seen, at, forMs)
  if (seen.phase !== 'firing') {
    if (level === null) return calmed(seen, seen.turns)
    if (reached !== null) return turnedTo(seen, reached, at)
    return seen === track ? track : { ...seen, phase: 'pending', level }
  }
  if (isGraver(reached, seen.level)) return turnedTo(seen, reached!, at)
  const calmMs = calmMsOf(seen, forMs)
  if (hasHeld(seen.clearAt, at, calmMs)) return ended(seen, at)
  if (level !== null && hasHeld(seen.milderAt, at, calmMs)) return turnedTo(seen, level, at)
  return seen
}

/** It is over for a reason that is no reading (rule, host or thing are gone). */
export function ended(track: Track, at: number): Track {
  return calmed(track, track.isFlapping ? [] : recent([...track.turns, at], at))
}

/** The level of the last reading. */
export function seenLevel({ criticalAt, warningAt }: Track): Level {
  if (criticalAt !== null) return 'critical'
  return warningAt === null ? null : 'warning'
}

function see(track: Track, level: Level, at: number): Track {
  const isFiring = track.phase === 'firing'
  return {
    ...track,
    warningAt: level === null ? null : (track.warningAt ?? at),
    criticalAt: level === 'critical' ? (track.criticalAt ?? at) : null,
    milderAt: isFiring && isGraver(track.level, level) ? (track.milderAt ?? at) : null,
    clearAt: isFiring && level === null ? (track.clearAt ?? at) : null,
    changedAt: level === seenLevel(track) ? track.changedAt : at,
  }
}

/** Flapping is over once nothing has changed for long. */
function steadied(track: Track, at: number): Track {
  const isSteady = track.isFlapping && seenLevel(track) !== null && at - track.changedAt >= STEADY_MS
  return isSteady ? { ...track, isFlapping: false, turns: [] } : track
}

/** The gravest level that has held for the rule's duration. */
function reachedLevel(track: Track, at: number, forMs: number): Level {
  if (hasHeld(track.criticalAt, at, forMs)) return 'critical'
  return hasHeld(track.warningAt, at, forMs) ? 'warning' : null
}

function turnedTo(track: Track, level: AlertLevel, at: number): Track {
  const turns = recent([...track.turns, at], at)
  const isWorse = track.phase !== 'firing' || isGraver(level, track.level)
  return {
    ...track,
    phase: 'firing',
    level,
    milderAt: null,
    turns,
    isFlapping: track.isFlapping || (isWorse && turns.length >= FLAP_TURNS),
  }
}

function calmed(track: Track, turns: readonly number[]): Track {
  return turns.length === 0 ? CALM : { ...CALM, changedAt: track.changedAt, turns }
}

function calmMsOf(track: Track, forMs: number): number {
  return track.isFlapping ? STEADY_MS : Math.min(forMs, LONGEST_CALM_MS)
}

function recent(turns: readonly number[], at: number): number[] {
  return turns.filter((turn) => turn > at - FLAP_WINDOW_MS).slice(-FLAP_TURNS)
}

function hasHeld(since: number | null, at: number, ms: number): boolean {
  return since !== null && at - since >= ms
}
