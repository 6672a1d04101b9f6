import { ParseError } from '../parse-error.ts'

/** Seconds since boot, sleep included, from `/proc/uptime` (proc_uptime(5)).
 * @throws {ParseError} `uptime_malformed` */
export function parseUptime(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s/.exec(text)
  if (match === null) throw new ParseError('uptime', 'does not begin with seconds')
  return Number(match[1])
}
