import { type MachineShape, SMALL_SERVER } from '@lumen/testkit/synthetic-readings'

export interface DemoHost {
  name: string
  shape: MachineShape
}

const PI: MachineShape = { cores: 4, filesystems: 2, disks: 1, nics: 1, sensors: 1 }
const VPS: MachineShape = { cores: 2, filesystems: 1, disks: 1, nics: 1, sensors: 0 }
const NAS: MachineShape = { cores: 4, filesystems: 5, disks: 6, nics: 2, sensors: 8 }

/** What somebody's shelf looks like. */
const KNOWN: readonly DemoHost[] = [
  { name: 'nas', shape: { ...NAS, containers: 6 } },
  { name: 'web-1', shape: { ...SMALL_SERVER, containers: 4 } },
  { name: 'web-2', shape: { ...SMALL_SERVER, containers: 4 } },
  { name: 'db', shape: { ...SMALL_SERVER, cores: 8 } },
  { name: 'backup', shape: NAS },
  { name: 'pi-hallway', shape: PI },
  { name: 'vps-mail', shape: VPS },
  { name: 'workshop', shape: SMALL_SERVER },
]

/** So many hosts: those with names first, then servers with numbers. */
export function demoHosts(count: number): DemoHost[] {
  return Array.from(
    { length: count },
    (_, index) =>
      KNOWN[index] ?? { name: `server-${String(index + 1).padStart(3, '0')}`, shape: SMALL_SERVER },
  )
}
