import { ParseError } from '../parse-error.ts'

/** One process, from `/proc/<pid>/stat` (proc_pid_stat(5)). */
export interface PidStat {
  name: string
  /** User and system time since it started, in ticks of 1/100 s. */
  ticks: number
  /** When it started, in ticks since boot. */
  startTicks: number
  rssPages: number
}

/** The name stands in brackets and may hold any character, brackets too: the last one ends it.
 * @throws {ParseError} `pid_stat_malformed` */
export function parsePidStat(text: string): PidStat {
  const open = text.indexOf('(')
  const close = text.lastIndexOf(')')
  const words = text.slice(close + 2).split(' ')
  const [utime, stime, startTicks, rssPages] = [words[11], words[12], words[19], words[21]].map(Number)
  if (open < 0 || close < open || !(utime! >= 0) || !(stime! >= 0) || !(startTicks! >= 0))
    throw new ParseError('pid_stat', 'has not the fields it must have')
  return {
    name: text.slice(open + 1, close),
    ticks: utime! + stime!,
    startTicks: startTicks!,
    rssPages: Math.max(0, rssPages || 0),
  }
}
