import type { Held, Signal } from './signal.ts'
import type { Run } from './timeline.ts'

/** A quantity of one thing; known only while `runs` says so. */
export interface Quantity {
  signal: Pick<Signal, 'at' | 'integral'>
  runs: readonly Run[]
}

/** Bytes since the guest started or the node booted. */
export interface Counters {
  netIn: number
  netOut: number
  diskRead: number
  diskWrite: number
}

/** Mean over the part of `[from, to)` that is known; undefined where that is less than half (the `xff` of rrdtool). */
export function meanOf({ signal, runs }: Quantity, from: number, to: number): number | undefined {
  let sum = 0
  let knownMs = 0
  for (const run of runs) {
    const start = Math.max(from, run.from)
    const end = Math.min(to, run.to)
    if (end <= start) continue
    sum += signal.integral(start, end)
    knownMs += end - start
  }
  return knownMs * 2 < to - from || knownMs === 0 ? undefined : sum / knownMs
}

/** Most minutes that are looked at for one maximum. */
const MAX_MINUTES = 12

/** The highest mean of a minute in `[from, to)`; of long stretches evenly spread minutes are taken. */
export function maxOf(quantity: Quantity, from: number, to: number): number | undefined {
  if (meanOf(quantity, from, to) === undefined) return undefined
  const minutes = Math.max(1, Math.round((to - from) / 60_000))
  const every = Math.ceil(minutes / MAX_MINUTES)
  let highest: number | undefined
  for (let minute = 0; minute < minutes; minute += every) {
    const start = from + minute * 60_000
    const mean = meanOf(quantity, start, Math.min(to, start + 60_000))
    if (mean !== undefined && (highest === undefined || mean > highest)) highest = mean
  }
  return highest
}

export function valueAt({ signal, runs }: Quantity, ms: number): number | undefined {
  const isKnown = runs.some(({ from, to }) => ms >= from && ms < to)
  return isKnown ? signal.at(ms) : undefined
}

export const scaled = (share: number | undefined, by: number): number | undefined =>
  share === undefined ? undefined : Math.floor(share * by)

/** What is left of runs when those stretches are taken out. */
export function without(runs: readonly Run[], losses: readonly { at: number; until?: number }[]): Run[] {
  return losses.reduce<Run[]>(
    (left, { at, until = Number.POSITIVE_INFINITY }) =>
      left
        .flatMap((run) => [
          { ...run, to: Math.min(run.to, at) },
          { ...run, from: Math.max(run.from, until) },
        ])
        .filter(({ from, to }) => from < to),
    [...runs],
  )
}

/** Rates are a second, time is in ms. */
export const counted = ({ signal }: Quantity, run: Run, ms: number): number =>
  Math.floor(signal.integral(run.from, ms) / 1_000)

export const uptime = (run: Run | undefined, ms: number): number | undefined =>
  run && Math.floor((ms - run.from) / 1_000)

export function heldBy<T extends { at: number; until?: number }>(
  events: readonly T[],
  field: keyof T,
): Held[] {
  return events.flatMap((event) => {
    const value = event[field]
    return typeof value === 'number'
      ? [{ from: event.at, to: event.until ?? Number.POSITIVE_INFINITY, value }]
      : []
  })
}
