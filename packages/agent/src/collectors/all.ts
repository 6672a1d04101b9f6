import type { Policy } from '@lumen/protocol/agent/policy'
import type { Clock } from '@lumen/std/clock'
import { GROUP_READS, GroupReader } from '../cgroup/read-group.ts'
import type { Programs, Roots } from '../config.ts'
import { Containers } from '../containers/containers.ts'
import type { DockerSetting } from '../engine/address.ts'
import { allowedCores } from '../environment/allowed-cores.ts'
import { detectEnvironment, type Environment } from '../environment/environment.ts'
import type { MachineEvent } from '../event-limit.ts'
import { Guests } from '../guests/guests.ts'
import { Nvidia } from '../nvidia/nvidia.ts'
import { Processes } from '../processes/processes.ts'
import { Smart } from '../smart/smart.ts'
import { type CollectorStates, type Permits, statesOf } from '../switches.ts'
import { Units } from '../units/units.ts'
import type { Collector } from './collector.ts'
import { cpuCollector } from './cpu.ts'
import { diskHealthCollector } from './disk-health.ts'
import { disksCollector } from './disks.ts'
import { Filesystems } from './filesystems.ts'
import { gpusCollector } from './gpus.ts'
import { groupCpuCollector } from './group-cpu.ts'
import { groupIoCollector } from './group-io.ts'
import { groupMemoryCollector } from './group-memory.ts'
import { loadCollector } from './load.ts'
import { memoryCollector } from './memory.ts'
import { nicsCollector } from './nics.ts'
import { ONLY_ON_LINUX, portableCollectors } from './portable.ts'
import { procsCollector } from './procs.ts'
import { pressureCollector, psiCollector } from './psi.ts'
import { Sensors } from './sensors.ts'
import { tcpCollector } from './tcp.ts'
import { uptimeCollector } from './uptime.ts'
import { zpoolsCollector } from './zpools.ts'

/** A machine's collectors, and what must be read beside them because it may hang. */
export interface MachineCollectors {
  collectors: readonly Collector[]
  /** Where the machine was found to be, with the reasons. */
  environment: Environment
  /** What is worth a line of the log at the start. */
  note?: string
  /** Reads what may hang; resolves soon in any case. Never rejects. */
  refresh(): Promise<void>
  /** Resolves when nothing that was begun is under way. */
  settled(): Promise<void>
  /** What changed since the last call and is worth an event. */
  takeEvents(): MachineEvent[]
  /** The hub's wishes for collectors: it can switch off what the machine's owner allowed. */
  follow(wanted: Policy['collectors']): void
  /** What is on, what the hub switched off and what the machine's owner forbade. */
  states(): CollectorStates
  isOff(collector: Collector): boolean
  /** Closes connections. */
  stop(): void
}

export interface MachineOptions {
  /** Which container engine to ask; containers are left out without. */
  docker?: DockerSetting | undefined
  /** Programs the machine's owner lets the agent run; none without. */
  programs?: Programs | undefined
  /** Collectors the machine's owner switched off: they are not there. */
  permits?: Permits | undefined
  /** Where the agent itself runs, if not as everybody: for tests. */
  own?: Roots | undefined
  /** The system, if not this one: for tests. */
  platform?: NodeJS.Platform | undefined
}

/** Chooses each source by where the machine is. */
export function allCollectors(roots: Roots, clock: Clock, options: MachineOptions = {}): MachineCollectors {
  const environment = detectEnvironment(roots, options.own)
  const { platform = process.platform } = options
  if (platform !== 'linux') return portableMachine(platform, environment)
  const { docker: setting = 'off', programs = {} } = options
  const permits: Permits = { ...options.permits, ...(setting === 'off' && { docker: false }) }
  let states = statesOf(permits, {})
  const isAllowed = ({ switch: name }: Collector) => name === undefined || permits[name] !== false
  const isOff = ({ switch: name }: Collector) => name !== undefined && states[name] !== 'on'
  const collectors: Collector[] = [
    ...kernelCollectors(roots, environment),
    loadCollector(roots),
    uptimeCollector(roots),
    procsCollector(roots),
    tcpCollector(roots),
    new Filesystems(roots, clock),
    nicsCollector(roots),
    new Sensors(roots, clock),
    zpoolsCollector(roots),
    diskHealthCollector(roots),
    ...(programs.smart === undefined ? [] : [new Smart({ program: programs.smart, clock })]),
    gpusCollector(roots),
    ...(programs.gpu === undefined ? [] : [new Nvidia({ program: programs.gpu, clock })]),
    new Processes(roots, () => allowedCores(roots, environment)),
    new Guests(roots, environment, clock),
    new Units({ roots, clock }),
    ...(setting === 'off' ? [] : [new Containers({ setting, roots, environment, clock })]),
  ].filter(isAllowed)
  return {
    environment,
    collectors,
    async refresh() {
      await Promise.all(collectors.map((one) => (isOff(one) ? undefined : one.refresh?.())))
    },
    async settled() {
      await Promise.all(collectors.map((one) => one.settled?.()))
    },
    takeEvents: () => collectors.flatMap((one) => one.takeEvents?.() ?? []),
    follow(wanted) {
      states = statesOf(permits, wanted)
      for (const one of collectors) if (isOff(one)) one.stop?.()
    },
    states: () => states,
    isOff,
    stop() {
      for (const one of collectors) one.stop?.()
    },
  }
}

function portableMachine(platform: NodeJS.Platform, environment: Environment): MachineCollectors {
  return {
    environment,
    note: ONLY_ON_LINUX,
    collectors: portableCollectors(platform),
    refresh: async () => {},
    settled: async () => {},
    takeEvents: () => [],
    states: () => statesOf({}, {}),
    isOff: () => false,
    follow: () => {},
    stop: () => {},
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
    pressureCollector(GROUP_READS.pressure, (resource) =>
      ownGroup === undefined ? undefined : reader.pressure(ownGroup, resource),
    ),
    groupIoCollector(ownGroup, reader),
  ]
}
