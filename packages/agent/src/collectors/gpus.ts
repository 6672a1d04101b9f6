import type { WireRow } from '@lumen/protocol/agent/frame'
import type { Roots } from '../config.ts'
import { namesIn } from '../folder-names.ts'
import { readKernelLine } from '../kernel-text.ts'
import { GrowthBook } from '../rate.ts'
import type { Collector } from './collector.ts'

const SCAN_EVERY_MS = 60_000
const VENDORS: Readonly<Record<string, string>> = { '0x1002': 'AMD', '0x8086': 'Intel' }

const GPU_FILES = [
  'vendor',
  'device',
  'product_name',
  'hwmon',
  'power/runtime_status',
  'gpu_busy_percent',
  'mem_info_vram_used',
  'mem_info_vram_total',
] as const
const HWMON_FILES = ['temp1_input', 'power1_average', 'power1_input', 'energy1_input'] as const

interface Gpu {
  /** N of cardN. */
  index: string
  device: string
  hwmon: string | undefined
  name: string
}

/** AMD and Intel GPUs from sysfs (Linux Documentation/gpu/amdgpu/thermal, Documentation/ABI/testing/
 * sysfs-driver-intel-i915-hwmon): load and memory are AMD's to tell, power both's. One that sleeps has no numbers:
 * asking would wake it. */
export function gpusCollector({ sysRoot }: Pick<Roots, 'sysRoot'>): Collector {
  const book = new GrowthBook()
  let gpus: Gpu[] = []
  let scannedAt = Number.NEGATIVE_INFINITY
  return {
    name: 'gpus',
    switch: 'gpu',
    reads: [
      '{sys}/class/drm',
      ...GPU_FILES.map((file) => `{sys}/class/drm/card*/device/${file}` as const),
      ...HWMON_FILES.map((file) => `{sys}/class/drm/card*/device/hwmon/hwmon*/${file}` as const),
    ],
    sends: ['gpu.*'],
    collect(into, at) {
      if (at - scannedAt >= SCAN_EVERY_MS) {
        gpus = findGpus(`${sysRoot}/class/drm`)
        scannedAt = at
      }
      if (gpus.length === 0) return
      into.gpu = Object.fromEntries(gpus.map((gpu) => [gpu.index, rowOf(gpu, book, at)]))
      book.endRound()
    },
  }
}

function rowOf({ index, device, hwmon, name }: Gpu, book: GrowthBook, at: number): WireRow<'gpu'> {
  if (line(`${device}/power/runtime_status`) === 'suspended') return { name }
  const milliCelsius = hwmon === undefined ? undefined : numberOf(`${hwmon}/temp1_input`)
  return {
    name,
    util_pct: numberOf(`${device}/gpu_busy_percent`),
    mem_used_bytes: numberOf(`${device}/mem_info_vram_used`),
    mem_total_bytes: numberOf(`${device}/mem_info_vram_total`),
    temp_celsius: milliCelsius === undefined ? undefined : Math.round(milliCelsius / 100) / 10,
    power_watts: hwmon === undefined ? undefined : powerOf(hwmon, index, book, at),
  }
}

/** Watts: as the card averages them, or from the energy it has used. */
function powerOf(hwmon: string, index: string, book: GrowthBook, at: number): number | undefined {
  const microwatts = numberOf(`${hwmon}/power1_average`) ?? numberOf(`${hwmon}/power1_input`)
  if (microwatts !== undefined) return Math.round(microwatts / 100_000) / 10
  const microjoules = numberOf(`${hwmon}/energy1_input`)
  const growth = microjoules === undefined ? undefined : book.read(index, [microjoules], at)
  return growth === undefined ? undefined : Math.round(growth.by[0]! / growth.elapsedMs / 100) / 10
}

function findGpus(folder: string): Gpu[] {
  return namesIn(folder).flatMap((entry): Gpu[] => {
    const index = /^card(\d+)$/.exec(entry)?.[1]
    const device = `${folder}/${entry}/device`
    const vendor = VENDORS[line(`${device}/vendor`) ?? '']
    if (index === undefined || vendor === undefined) return []
    const product = line(`${device}/product_name`) ?? line(`${device}/device`) ?? 'GPU'
    const hwmon = namesIn(`${device}/hwmon`).find((name) => /^hwmon\d+$/.test(name))
    return [
      {
        index,
        device,
        hwmon: hwmon === undefined ? undefined : `${device}/hwmon/${hwmon}`,
        name: `${vendor} ${product}`.slice(0, 256),
      },
    ]
  })
}

/** Drivers answer whatever error they like where a card cannot tell. */
function line(path: string): string | undefined {
  try {
    return readKernelLine(path)
  } catch {
    return undefined
  }
}

function numberOf(path: string): number | undefined {
  const text = line(path)
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined
}
