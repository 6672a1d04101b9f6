import { ParseError } from '../parse-error.ts'

/** Microseconds somebody, or everybody, waited since boot. `full` is undefined where the kernel has no such line. */
export interface PressureReading {
  someUs: number
  fullUs: number | undefined
}

/** One file of `/proc/pressure` (Linux Documentation/accounting/psi).
 * @throws {ParseError} `pressure_malformed` without a `some` total. */
export function parsePressure(text: string): PressureReading {
  const some = totalOf(text, 'some')
  if (some === undefined) throw new ParseError('pressure', 'no total of some')
  return { someUs: some, fullUs: totalOf(text, 'full') }
}

function totalOf(text: string, kind: string): number | undefined {
  const match = new RegExp(`^${kind} .*\\btotal=(\\d+)\\s*$`, 'm').exec(text)
  return match === null ? undefined : Number(match[1])
}
