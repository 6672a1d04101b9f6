import { ParseError } from '../parse-error.ts'
import { numbersOf } from './lines.ts'

/** Ticks since boot: user, nice, system, idle, iowait, irq, softirq, steal. Guest time is inside user and nice.
 * Fields an old kernel lacks are 0. */
export type CpuTicks = readonly number[]

export interface StatReading {
  all: CpuTicks
  /** By core number; cores that are off are not listed. */
  cores: ReadonlyMap<number, CpuTicks>
  procsRunning: number | undefined
}

const FIELDS = 8

/** CPU ticks from `/proc/stat` (proc_stat(5)).
 * @throws {ParseError} `stat_malformed` without a usable `cpu` line. */
export function parseStat(text: string): StatReading {
  let all: CpuTicks | undefined
  const cores = new Map<number, CpuTicks>()
  let start = 0
  while (start < text.length && text.startsWith('cpu', start)) {
    const end = endOfLine(text, start)
    const line = text.slice(start, end)
    const ticks = parseTicks(line)
    const name = line.slice(3, line.indexOf(' '))
    if (name === '') all = ticks
    else if (ticks !== undefined && /^\d+$/.test(name)) cores.set(Number(name), ticks)
    start = end + 1
  }
  if (all === undefined) throw new ParseError('stat', 'no line of CPU ticks')
  const at = text.indexOf('\nprocs_running ', Math.max(0, start - 1))
  const running = at < 0 ? Number.NaN : Number(text.slice(at + 15, endOfLine(text, at + 15)))
  return { all, cores, procsRunning: Number.isInteger(running) ? running : undefined }
}

function parseTicks(line: string): CpuTicks | undefined {
  const ticks = numbersOf(line, 1).slice(0, FIELDS)
  if (ticks.length < 4 || !ticks.every((tick) => tick >= 0)) return undefined
  while (ticks.length < FIELDS) ticks.push(0)
  return ticks
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}
