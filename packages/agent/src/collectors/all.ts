import type { Clock } from '@lumen/std/clock'
import type { Roots } from '../config.ts'
import type { Collector } from './collector.ts'
import { cpuCollector } from './cpu.ts'
import { disksCollector } from './disks.ts'
import { Filesystems } from './filesystems.ts'
import { loadCollector } from './load.ts'
import { memoryCollector } from './memory.ts'
import { nicsCollector } from './nics.ts'
import { procsCollector } from './procs.ts'
import { psiCollector } from './psi.ts'
import { Sensors } from './sensors.ts'
import { tcpCollector } from './tcp.ts'
import { uptimeCollector } from './uptime.ts'

/** A machine's collectors, and what must be read beside them because it may hang. */
export interface MachineCollectors {
  collectors: readonly Collector[]
  /** Reads what may hang; resolves soon in any case. Never rejects. */
  refresh(): Promise<void>
}

export function allCollectors(roots: Roots, clock: Clock): MachineCollectors {
  const filesystems = new Filesystems(roots, clock)
  const sensors = new Sensors(roots, clock)
  return {
    collectors: [
      cpuCollector(roots),
      memoryCollector(roots),
      loadCollector(roots),
      psiCollector(roots),
      uptimeCollector(roots),
      procsCollector(roots),
      tcpCollector(roots),
      filesystems,
      disksCollector(roots),
      nicsCollector(roots),
      sensors,
    ],
    async refresh() {
      sensors.refresh()
      await filesystems.refresh()
    },
  }
}
