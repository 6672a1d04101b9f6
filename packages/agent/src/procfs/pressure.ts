import { ParseError } from '../parse-error.ts'

/** Microseconds somebody, or everybody, waited since boot. `full` is undefined where the kernel has no such line. */
export interface PressureReading {
  someUs: number
  fullUs: number | undefined
}

/** One file of `/proc/pressure` (Linux Documentation/accounting/psi).
 * @throws {ParseError} `pressure_malformed` without a `some` total. */
export function parsePressure(text: string): PressureReading {
  const some = totalOf(text, SOME)
  if (some === undefined) throw new ParseError('pressure', 'no total of some')
  return { someUs: some, fullUs: totalOf(text, FULL) }
}

const SOME = /^some .*\btotal=(\d+)\s*$/m
const FULL = /^full .*\btotal=(\d+)\s*$/m

function totalOf(text: string, line: RegExp): number | undefined {
  const match = line.exec(text)
  return match === null ? undefined : Number(match[1])
}
