import type { WireRow } from '@lumen/protocol/agent/frame'
import type { Roots } from '../config.ts'
import { namesIn } from '../folder-names.ts'
import { readKernelLine } from '../kernel-text.ts'
import type { Collector } from './collector.ts'

type Row = WireRow<'smart'>

const READ_EVERY_MS = 60_000

/** Health that sysfs tells for nothing: eMMC's own estimate of its wear, and whether a RAID of md is whole. No disk
 * is asked anything and none is woken. */
export function diskHealthCollector({ sysRoot }: Pick<Roots, 'sysRoot'>): Collector {
  let rows: Record<string, Row> = {}
  let readAt = Number.NEGATIVE_INFINITY
  return {
    name: 'disk health',
    switch: 'smart',
    reads: [
      '{sys}/block',
      ...(['life_time', 'pre_eol_info', 'serial', 'name'] as const).map(
        (file) => `{sys}/block/mmcblk*/device/${file}` as const,
      ),
      ...(['array_state', 'degraded', 'sync_action', 'level'] as const).map(
        (file) => `{sys}/block/md*/md/${file}` as const,
      ),
    ],
    sends: ['smart.device', 'smart.model', 'smart.health', 'smart.life_left_pct'],
    collect(into, at) {
      if (at - readAt >= READ_EVERY_MS) {
        rows = readAll(`${sysRoot}/block`)
        readAt = at
      }
      if (Object.keys(rows).length > 0) into.smart = { ...rows }
    },
  }
}

function readAll(folder: string): Record<string, Row> {
  const rows: Record<string, Row> = {}
  for (const name of namesIn(folder)) {
    if (/^mmcblk\d+$/.test(name)) {
      const row = emmcRow(`${folder}/${name}/device`, name)
      if (row !== undefined) rows[line(`${folder}/${name}/device/serial`) ?? name] = row
    } else if (/^md\d+$|^md_/.test(name)) {
      const row = raidRow(`${folder}/${name}/md`, name)
      if (row !== undefined) rows[name] = row
    }
  }
  return rows
}

const PRE_EOL: Readonly<Record<number, string>> = { 1: 'ok', 2: 'warning', 3: 'urgent' }

/** JEDEC eMMC 5.0, EXT_CSD: life time in steps of 10 % used (1 to 10, 11 when used up) for each kind of cell, and how
 * much of the spare blocks is left. undefined for SD cards and older eMMC, which do not tell. */
function emmcRow(device: string, name: string): Row | undefined {
  const steps = (line(`${device}/life_time`) ?? '')
    .split(/\s+/)
    .map(Number)
    .filter((step) => step >= 1 && step <= 11)
  const health = PRE_EOL[Number(line(`${device}/pre_eol_info`))]
  if (steps.length === 0 && health === undefined) return undefined
  return {
    device: name,
    model: line(`${device}/name`)?.slice(0, 256),
    health,
    // The step says "up to": the worse end of it.
    life_left_pct: steps.length === 0 ? undefined : Math.max(0, 100 - Math.max(...steps) * 10),
  }
}

/** Linux Documentation/admin-guide/md: `degraded` counts missing disks, `sync_action` says what goes on. */
function raidRow(md: string, name: string): Row | undefined {
  const state = line(`${md}/array_state`)
  if (state === undefined) return undefined
  const missing = Number(line(`${md}/degraded`) ?? 0)
  const action = line(`${md}/sync_action`)
  const isBusy = action !== undefined && action !== 'idle' && action !== 'frozen'
  const health = missing > 0 ? (action === 'recover' ? 'rebuilding' : 'degraded') : isBusy ? action : state
  return { device: name, model: line(`${md}/level`), health: health.slice(0, 64) }
}

/** Files of md may answer errors while an array is being changed. */
function line(path: string): string | undefined {
  try {
    return readKernelLine(path)
  } catch {
    return undefined
  }
}
