import type { Clock } from '@lumen/std/clock'
import { GroupReader } from '../cgroup/read-group.ts'
import type { Roots } from '../config.ts'
import { detectEnvironment, type Environment } from '../environment/environment.ts'
import type { Collector } from './collector.ts'
import { cpuCollector } from './cpu.ts'
import { disksCollector } from './disks.ts'
import { Filesystems } from './filesystems.ts'
import { groupCpuCollector } from './group-cpu.ts'
import { groupIoCollector } from './group-io.ts'
import { groupMemoryCollector } from './group-memory.ts'
import { loadCollector } from './load.ts'
import { memoryCollector } from './memory.ts'
import { nicsCollector } from './nics.ts'
import { procsCollector } from './procs.ts'
import { pressureCollector, psiCollector } from './psi.ts'
import { Sensors } from './sensors.ts'
import { tcpCollector } from './tcp.ts'
import { uptimeCollector } from './uptime.ts'

/** A machine's collectors, and what must be read beside them because it may hang. */
export interface MachineCollectors {
  collectors: readonly Collector[]
  /** Where the machine was found to be, with the reasons. */
  environment: Environment
  /** Reads what may hang; resolves soon in any case. Never rejects. */
  refresh(): Promise<void>
}

export interface MachineOptions {
  /** Where the agent itself runs, if not as everybody: for tests. */
  own?: Roots | undefined
}

/** Chooses each source by where the machine is. */
export function allCollectors(roots: Roots, clock: Clock, options: MachineOptions = {}): MachineCollectors {
  const environment = detectEnvironment(roots, options.own)
  const filesystems = new Filesystems(roots, clock)
  const sensors = new Sensors(roots, clock)
  return {
    environment,
    collectors: [
      ...kernelCollectors(roots, environment),
      loadCollector(roots),
      uptimeCollector(roots),
      procsCollector(roots),
      tcpCollector(roots),
      filesystems,
      nicsCollector(roots),
      sensors,
    ],
    async refresh() {
      sensors.refresh()
      await filesystems.refresh()
    },
  }
}

/** What a kernel counts for the whole machine, or for the group that is the machine. */
function kernelCollectors(roots: Roots, environment: Environment): Collector[] {
  const { kind, cgroup, ownGroup, isStatOwn, isMeminfoOwn } = environment
  if (kind !== 'lxc' && kind !== 'docker-in-lxc')
    return [cpuCollector(roots), memoryCollector(roots), psiCollector(roots), disksCollector(roots)]
  const reader = new GroupReader(cgroup, roots.sysRoot)
  const isCpuOfStat = ownGroup === undefined && isStatOwn
  return [
    isCpuOfStat ? cpuCollector(roots) : groupCpuCollector(roots, environment, reader),
    isMeminfoOwn ? memoryCollector(roots) : groupMemoryCollector(roots, environment, reader),
    pressureCollector((resource) =>
      ownGroup === undefined ? undefined : reader.pressure(ownGroup, resource),
    ),
    groupIoCollector(ownGroup, reader),
  ]
}
