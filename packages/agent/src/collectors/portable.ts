import * as os from 'node:os'
import type { Facts } from '@lumen/protocol/agent/facts'
import { percentOf } from '../round.ts'
import type { Collector } from './collector.ts'

/** What Node and Bun tell of a machine of any kind. */
export type PortableOs = Pick<typeof os, 'cpus' | 'totalmem' | 'freemem' | 'uptime' | 'loadavg'>

const OWN: PortableOs = {
  cpus: os.cpus,
  totalmem: os.totalmem,
  freemem: os.freemem,
  uptime: os.uptime,
  loadavg: os.loadavg,
}

/** What the log says of a machine that is none of Linux. */
export const ONLY_ON_LINUX =
  'only CPU, memory, load and uptime are read on this system; everything else is read from the Linux kernel'

/** The numbers there are without a Linux kernel: CPU, memory, uptime, and load where the system has one. */
export function portableCollectors(platform: NodeJS.Platform, machine: PortableOs = OWN): Collector[] {
  return [
    portableCpu(machine),
    {
      name: 'memory',
      reads: [],
      sends: ['host.mem_*'],
      asks: ['the system for its memory'],
      collect({ host }) {
        const [total, free] = [machine.totalmem(), machine.freemem()]
        host.mem_total_bytes = total
        host.mem_available_bytes = free
        host.mem_used_bytes = total - free
        host.mem_pct = percentOf(total - free, total)
      },
    },
    {
      name: 'uptime',
      reads: [],
      sends: ['host.uptime_s'],
      asks: ['the system for its uptime'],
      collect({ host }) {
        host.uptime_s = Math.floor(machine.uptime())
      },
    },
    ...(platform === 'win32' ? [] : [portableLoad(machine)]),
  ]
}

/** Facts of a machine that has no `/proc`. */
export function portableFacts(): Facts {
  const cpus = os.cpus()
  return {
    os: process.platform === 'win32' ? os.version() : `${os.type()} ${os.release()}`,
    kernel: os.release(),
    arch: process.arch,
    hostname: os.hostname(),
    mem_total_bytes: os.totalmem(),
    ...(cpus[0] === undefined ? {} : { cpu_model: cpus[0].model.trim(), cores: cpus.length }),
  }
}

function portableCpu(machine: PortableOs): Collector {
  let last: readonly os.CpuInfo['times'][] = []
  return {
    name: 'cpu',
    reads: [],
    sends: ['host.cpu_pct', 'host.cpu_user_pct', 'host.cpu_system_pct', 'core.cpu_pct'],
    asks: ['the system for the times of its processors'],
    collect(into) {
      const now = machine.cpus().map(({ times }) => times)
      const grown = now.map((times, index) => growth(last[index], times))
      last = now
      const whole = grown.reduce((sum, core) => (sum && core ? added(sum, core) : undefined), NOTHING)
      if (whole === undefined || whole.total === 0) return
      into.host.cpu_pct = percentOf(whole.user + whole.system, whole.total)
      into.host.cpu_user_pct = percentOf(whole.user, whole.total)
      into.host.cpu_system_pct = percentOf(whole.system, whole.total)
      into.core = Object.fromEntries(
        grown.flatMap((core, index) => {
          const busy = core && percentOf(core.user + core.system, core.total)
          return busy === undefined ? [] : [[index, { cpu_pct: Math.round(busy * 10) / 10 }]]
        }),
      )
    },
  }
}

/** Three noughts where a system has no load are no load. */
function portableLoad(machine: PortableOs): Collector {
  return {
    name: 'load',
    reads: [],
    sends: ['host.load*'],
    asks: ['the system for its load'],
    collect({ host }) {
      ;[host.load1, host.load5, host.load15] = machine.loadavg() as [number, number, number]
    },
  }
}

interface Growth {
  user: number
  system: number
  total: number
}

const NOTHING: Growth | undefined = { user: 0, system: 0, total: 0 }

/** Time spent since the last reading, ms; undefined on the first one and after a reset. */
function growth(last: os.CpuInfo['times'] | undefined, now: os.CpuInfo['times']): Growth | undefined {
  if (last === undefined) return undefined
  const by = (kind: keyof os.CpuInfo['times']) => now[kind] - last[kind]
  const [user, system, idle] = [by('user') + by('nice'), by('sys') + by('irq'), by('idle')]
  return Math.min(user, system, idle) < 0 ? undefined : { user, system, total: user + system + idle }
}

function added(a: Growth, b: Growth): Growth {
  return { user: a.user + b.user, system: a.system + b.system, total: a.total + b.total }
}
