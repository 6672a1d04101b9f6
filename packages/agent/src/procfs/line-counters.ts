import { ParseError } from '../parse-error.ts'

/** Words of a line of the kernel's as the counters they are.
 * @param least how many of them are needed
 * @param all how many such a line has
 * @throws {ParseError} when some are missing or no counters */
export function lineCounters(
  source: string,
  words: readonly string[],
  { least, all }: { least: number; all: number },
): number[] {
  const numbers = words.map(Number)
  if (numbers.length >= least && numbers.every((number) => number >= 0)) return numbers
  throw new ParseError(
    source,
    `a line has not the ${all} counters it must have: ${words.join(' ').slice(0, 80)}`,
  )
}
