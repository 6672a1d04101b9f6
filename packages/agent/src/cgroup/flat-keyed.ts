import { ParseError } from '../parse-error.ts'

/** One value of a file of `name value` lines (cgroup-v2: "flat keyed"); undefined where no line has the name.
 * @throws {ParseError} `<source>_malformed` when the value is no number. */
export function flatValue(text: string, name: string, source: string): number | undefined {
  let at = text.startsWith(`${name} `) ? 0 : text.indexOf(`\n${name} `)
  if (at < 0) return undefined
  if (at > 0) at += 1
  const from = at + name.length + 1
  const end = text.indexOf('\n', from)
  const value = Number(text.slice(from, end < 0 ? text.length : end))
  if (!(value >= 0)) throw new ParseError(source, `${name} is no number`)
  return value
}

/** A file that holds one number. The kernel writes `max` on v2, and on v1 the largest number of pages, for no limit:
 * both are undefined here, as are the 2^64 - 1 and 2^63 - 1 of engines.
 * @throws {ParseError} `<source>_malformed` */
export function parseLimit(text: string, source: string): number | undefined {
  const word = text.trim()
  if (word === 'max' || word === '-1') return undefined
  return limitOf(parseNumber(word, source))
}

/** Undefined for numbers that stand for "no limit": none has an exabyte. */
export function limitOf(bytes: number): number | undefined {
  return bytes < 2 ** 60 ? bytes : undefined
}

/** @throws {ParseError} `<source>_malformed` when the text is not one whole number */
export function parseNumber(text: string, source: string): number {
  const word = text.trim()
  if (!/^\d+$/.test(word))
    throw new ParseError(source, `holds ${JSON.stringify(word.slice(0, 40))}, wanted a number`)
  return Number(word)
}
