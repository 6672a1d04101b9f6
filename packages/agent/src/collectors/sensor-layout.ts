import { readdirSync, realpathSync } from 'node:fs'
import { basename } from 'node:path'
import { readKernelLine } from '../kernel-text.ts'
import type { Reads } from '../reads.ts'

export const SENSOR_READS = [
  '{sys}/class/hwmon',
  '{sys}/class/hwmon/hwmon*',
  '{sys}/class/hwmon/hwmon*/name',
  '{sys}/class/hwmon/hwmon*/device',
  '{sys}/class/hwmon/hwmon*/temp*_input',
  '{sys}/class/hwmon/hwmon*/temp*_label',
  '{sys}/class/hwmon/hwmon*/fan*_input',
  '{sys}/class/hwmon/hwmon*/fan*_label',
  '{sys}/class/thermal',
  '{sys}/class/thermal/thermal_zone*/type',
  '{sys}/class/thermal/thermal_zone*/temp',
] as const satisfies Reads

/** One sensor that can be read: a file, and the name that stays the same over reboots. */
export interface Sensor {
  /** `chip/label`. */
  key: string
  kind: 'temp' | 'fan'
  path: string
  chip: string
  label: string
  /** Reading it asks a device that may take long to answer. */
  isSlow: boolean
}

/** Disks that are asked over their own command queue. */
const SLOW_CHIPS = new Set(['nvme'])
/** Asking drivetemp keeps some disks from ever spinning down (Linux Documentation/hwmon/drivetemp). */
const SKIPPED_CHIPS = new Set(['drivetemp'])
/** Inputs of the board's chip that nothing is connected to. */
const DUMMY_LABELS = /^(AUXTIN\d*|PECI Agent \d+ Calibration|PCH_(CPU|MCH|DIM\d)_TEMP|PCH_CHIP_CPU_MAX_TEMP)$/

/** Lists sensors of `/sys/class/hwmon` and, where no chip tells the same, `/sys/class/thermal`. hwmon numbers
 * change between boots, so a chip is known by its name; where several have the same name, by its place on the bus. */
export function listSensors(sysRoot: string): Sensor[] {
  const chips = list(`${sysRoot}/class/hwmon`, /^hwmon\d+$/).flatMap((entry) => {
    const folder = `${sysRoot}/class/hwmon/${entry}`
    const name = readKernelLine(`${folder}/name`)
    return name === undefined || SKIPPED_CHIPS.has(name) ? [] : [{ folder, name: name.slice(0, 64) }]
  })
  const count = new Map<string, number>()
  for (const { name } of chips) count.set(name, (count.get(name) ?? 0) + 1)
  const sensors = chips.flatMap(({ folder, name }) =>
    inputsOf(folder, name, count.get(name)! > 1 ? placed(folder, name) : name),
  )
  return unique([...sensors, ...thermalZones(sysRoot, new Set(count.keys()))])
}

function inputsOf(folder: string, chip: string, chipKey: string): Sensor[] {
  return list(folder, /^(temp|fan)\d+_input$/).flatMap((file): Sensor[] => {
    const stem = file.slice(0, -'_input'.length)
    const label = (readKernelLine(`${folder}/${stem}_label`) ?? stem).slice(0, 128)
    if (DUMMY_LABELS.test(label)) return []
    const kind = file.startsWith('fan') ? 'fan' : 'temp'
    const isSlow = SLOW_CHIPS.has(chip)
    return [{ key: `${chipKey}/${label}`, kind, path: `${folder}/${file}`, chip, label, isSlow }]
  })
}

/** `nvme-0000:01:00.0`, `coretemp.1`: the chip with its place. */
function placed(folder: string, name: string): string {
  let device: string
  try {
    device = realpathSync(`${folder}/device`)
  } catch {
    return name
  }
  const own = basename(device)
  if (own.startsWith(`${name}.`)) return own
  const pci = device.match(/[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f]/g)?.at(-1)
  return `${name}-${pci ?? own}`
}

function thermalZones(sysRoot: string, chips: ReadonlySet<string>): Sensor[] {
  return list(`${sysRoot}/class/thermal`, /^thermal_zone\d+$/).flatMap((entry): Sensor[] => {
    const folder = `${sysRoot}/class/thermal/${entry}`
    const type = readKernelLine(`${folder}/type`)?.slice(0, 64)
    if (type === undefined || chips.has(type) || chips.has(type.replaceAll('-', '_'))) return []
    if (type === 'x86_pkg_temp' && chips.has('coretemp')) return []
    return [
      {
        key: `thermal/${type}`,
        kind: 'temp',
        path: `${folder}/temp`,
        chip: type,
        label: type,
        isSlow: false,
      },
    ]
  })
}

/** Sensors that still share a name get a number, in the kernel's order. */
function unique(sensors: Sensor[]): Sensor[] {
  const seen = new Map<string, number>()
  return sensors.map((sensor) => {
    const times = (seen.get(sensor.key) ?? 0) + 1
    seen.set(sensor.key, times)
    return times === 1 ? sensor : { ...sensor, key: `${sensor.key} ${times}` }
  })
}

/** Entries of a folder that match, by their number; none when it is missing. */
function list(folder: string, pattern: RegExp): string[] {
  let names: string[]
  try {
    names = readdirSync(folder)
  } catch {
    return []
  }
  return names
    .filter((name) => pattern.test(name))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
}

/** How surely a sensor is the CPU package: lower is surer; undefined for all others. An NVMe is not the CPU. */
export function cpuRank({ chip, label, kind }: Sensor): number | undefined {
  if (kind !== 'temp') return undefined
  if (chip === 'coretemp') return /^Package id \d+$/.test(label) ? 0 : undefined
  if (chip === 'k10temp' || chip === 'zenpower')
    return label === 'Tctl' ? 0 : label === 'Tdie' ? 1 : undefined
  if (chip === 'cpu_thermal' || chip === 'cpu-thermal') return 2
  return chip === 'x86_pkg_temp' ? 3 : undefined
}
