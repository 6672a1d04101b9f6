import type { Roots } from '../config.ts'
import { readKernelText } from '../kernel-text.ts'
import { type CpuTicks, parseStat } from '../procfs/stat.ts'
import { percentOf } from '../round.ts'
import type { Collector, Readings } from './collector.ts'

/** Idle and I/O wait may run back a little on a healthy kernel (proc_stat(5)); further back is a reset. 100 Hz. */
const SLACK_TICKS = 300
const IDLE = 3
const IOWAIT = 4

/** Host and core CPU from `/proc/stat`, over the whole time since the last reading. */
export function cpuCollector({ procRoot }: Pick<Roots, 'procRoot'>): Collector {
  let lastAll: CpuTicks | undefined
  let lastCores: ReadonlyMap<number, CpuTicks> = new Map()
  return {
    name: 'cpu',
    reads: ['{proc}/stat'],
    sends: ['host.cpu_*', 'host.procs_running', 'core.cpu_pct'],
    collect(into) {
      const text = readKernelText(`${procRoot}/stat`)
      if (text === undefined) return
      const { all, cores, procsRunning } = parseStat(text)
      if (procsRunning !== undefined) into.host.procs_running = procsRunning
      emitHost(into, grownTicks(lastAll, all))
      emitCores(into, lastCores, cores)
      lastAll = all
      lastCores = cores
    },
  }
}

function emitHost(into: Readings, grown: number[] | undefined): void {
  if (grown === undefined) return
  const [user, nice, system, idle, iowait, irq, softirq, steal] = grown as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const total = user + nice + system + idle + iowait + irq + softirq + steal
  into.host.cpu_pct = percentOf(total - idle - iowait, total)
  into.host.cpu_user_pct = percentOf(user + nice, total)
  into.host.cpu_system_pct = percentOf(system + irq + softirq, total)
  into.host.cpu_iowait_pct = percentOf(iowait, total)
  into.host.cpu_steal_pct = percentOf(steal, total)
}

function emitCores(
  into: Readings,
  last: ReadonlyMap<number, CpuTicks>,
  cores: ReadonlyMap<number, CpuTicks>,
): void {
  let rows: Readings['core']
  for (const [index, ticks] of cores) {
    const grown = grownTicks(last.get(index), ticks)
    if (grown === undefined) continue
    const total = grown.reduce((sum, ticksGrown) => sum + ticksGrown, 0)
    const busy = percentOf(total - grown[IDLE]! - grown[IOWAIT]!, total)
    if (busy === undefined) continue
    rows ??= {}
    rows[index] = { cpu_pct: Math.round(busy * 10) / 10 }
  }
  if (rows !== undefined) into.core = rows
}

/** Growth of each kind of tick, or undefined on the first reading and after a reset. */
function grownTicks(last: CpuTicks | undefined, now: CpuTicks): number[] | undefined {
  if (last === undefined) return undefined
  const grown: number[] = []
  for (let i = 0; i < now.length; i += 1) {
    const by = now[i]! - last[i]!
    const slack = i === IDLE || i === IOWAIT ? SLACK_TICKS : 0
    if (!(by >= -slack)) return undefined
    grown.push(Math.max(0, by))
  }
  return grown
}
