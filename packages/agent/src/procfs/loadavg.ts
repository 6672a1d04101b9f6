import { ParseError } from '../parse-error.ts'

/** Load averages over 1, 5 and 15 minutes from `/proc/loadavg` (proc_loadavg(5)).
 * @throws {ParseError} `loadavg_malformed` */
export function parseLoadavg(text: string): [load1: number, load5: number, load15: number] {
  const match = /^(\d+\.\d+) (\d+\.\d+) (\d+\.\d+) /.exec(text)
  if (match === null) throw new ParseError('loadavg', 'does not begin with three averages')
  return [Number(match[1]), Number(match[2]), Number(match[3])]
}
