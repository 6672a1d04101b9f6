import { LumenError } from '@lumen/std/error'
import { GROUP_READS, type GroupReader } from '../cgroup/read-group.ts'
import type { Roots } from '../config.ts'
import { ALLOWED_CORES_READS, allowedCores } from '../environment/allowed-cores.ts'
import type { Environment } from '../environment/environment.ts'
import { GrowthBook } from '../rate.ts'
import { percentOf } from '../round.ts'
import type { Collector } from './collector.ts'

const CORES_EVERY_MS = 60_000

/** CPU of a machine that shares its kernel: what its own control group used of the cores it may use. Waiting for I/O
 * and stolen time are not counted there, and are missing. */
export function groupCpuCollector(roots: Roots, environment: Environment, reader: GroupReader): Collector {
  const book = new GrowthBook()
  let cores: number | undefined
  let coresAt = Number.NEGATIVE_INFINITY
  return {
    name: 'cpu',
    reads: [...GROUP_READS.cpu, ...ALLOWED_CORES_READS],
    sends: ['host.cpu_*'],
    collect({ host }, at) {
      const { ownGroup } = environment
      if (ownGroup === undefined) throw hidden('CPU')
      if (at - coresAt >= CORES_EVERY_MS) {
        cores = allowedCores(roots, environment)
        coresAt = at
      }
      const cpu = reader.wholeCpu(ownGroup)
      if (cpu === undefined || cores === undefined) return
      const whole = cores
      const share = (key: string, us: number | undefined): number | undefined => {
        if (us === undefined) return undefined
        const growth = book.read(key, [us], at)
        return growth === undefined ? undefined : percentOf(growth.by[0]! / 1_000, growth.elapsedMs * whole)
      }
      host.cpu_pct = share('used', cpu.usedUs)
      host.cpu_user_pct = share('user', cpu.userUs)
      host.cpu_system_pct = share('system', cpu.systemUs)
      book.endRound()
    },
  }
}

/** Numbers there are, but of the whole node or another group: better none than those. */
export function hidden(what: string): LumenError {
  return new LumenError(
    'own_group_hidden',
    `Cannot tell this LXC’s ${what} from its node’s: mount its /sys/fs/cgroup for the agent (read-only, below --sys)`,
  )
}
