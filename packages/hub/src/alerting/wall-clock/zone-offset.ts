import { HOUR, MINUTE, SECOND, type TimeRange } from '@lumen/model/time'

/** A stretch of time in which a zone's wall clock runs evenly: it shows UTC + `offsetMs`. */
export interface EvenStretch extends TimeRange {
  offsetMs: number
}

/** No zone changed its clock twice within this and back. */
const LOOK_MS = 6 * HOUR

const formats = new Map<string, Intl.DateTimeFormat>()

/** What a zone's wall clock was or will be ahead of UTC, in ms; negative west of Greenwich. The runtime's own copy of the
 * IANA database says, old laws and whole days left out included. About half a microsecond.
 * @throws {RangeError} for a name that is no zone; the wire's schema refuses those */
export function offsetAt(zone: string, at: number): number {
  let format = formats.get(zone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
    formats.set(zone, format)
  }
  const [, sign, hours, minutes, seconds] =
    /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(format.format(at)) ?? []
  const ms = Number(hours ?? 0) * HOUR + Number(minutes ?? 0) * MINUTE + Number(seconds ?? 0) * SECOND
  return sign === '-' ? -ms : ms
}

/** A range cut where the zone's clock is put forward or back, in order and without a hole. */
export function evenStretches(zone: string, { from, to }: TimeRange): EvenStretch[] {
  const stretches: EvenStretch[] = []
  let begin = from
  let offsetMs = offsetAt(zone, from)
  for (let at = from; at < to; ) {
    const next = Math.min(at + LOOK_MS, to)
    const nextOffsetMs = offsetAt(zone, next)
    if (nextOffsetMs !== offsetMs) {
      const change = changeBetween(zone, at, next, offsetMs)
      if (change >= to) break
      stretches.push({ from: begin, to: change, offsetMs })
      begin = change
      offsetMs = nextOffsetMs
    }
    at = next
  }
  stretches.push({ from: begin, to, offsetMs })
  return stretches
}

/** The first whole second in `(same, different]` at which the offset is no longer `offsetMs`. */
function changeBetween(zone: string, same: number, different: number, offsetMs: number): number {
  let low = Math.floor(same / SECOND)
  let high = Math.ceil(different / SECOND)
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offsetAt(zone, middle * SECOND) === offsetMs) low = middle
    else high = middle
  }
  return high * SECOND
}
