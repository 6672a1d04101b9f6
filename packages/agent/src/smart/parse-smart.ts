import type { WireRow } from '@lumen/protocol/agent/frame'
import { amountOf, type Json, listOf, objectOf, wordOf } from '../engine/json.ts'

export interface ScannedDisk {
  /** As smartctl wants it: /dev/sda. */
  path: string
  /** What `-d` must say where smartctl cannot find it out by itself, as for disks behind a RAID controller. */
  type: string | undefined
}

export type DiskAnswer =
  /** `serial` is undefined where the disk has none. */
  | { kind: 'read'; serial: string | undefined; row: WireRow<'smart'> }
  /** Asleep: it was not woken. */
  | { kind: 'asleep' }
  | { kind: 'failed'; reason: string }

/** Types of a scan that say no more than the kernel's name of the disk; with `scsi` a SATA disk would be asked as one. */
const FOUND_OUT = new Set(['scsi', 'ata', 'sat', 'nvme'])

/** What `smartctl --json --scan` found; undefined where it is no such answer. */
export function parseScan(answer: unknown): ScannedDisk[] | undefined {
  const scan = objectOf(answer)
  if (objectOf(scan?.smartctl) === undefined) return undefined
  return listOf(scan?.devices).flatMap((device) => {
    const path = wordOf(objectOf(device)?.name)
    const type = wordOf(objectOf(device)?.type)
    if (path === undefined || !/^\/dev\/[\w/.-]+$/.test(path)) return []
    return [{ path, type: type === undefined || FOUND_OUT.has(type) ? undefined : type }]
  })
}

/** Bits of smartctl's exit status (smartctl(8), EXIT STATUS). */
const NOT_OPENED = 2

/** What `smartctl --json -n standby -i -H -A` says of a disk: ATA, NVMe or SCSI. */
export function parseDisk(answer: unknown, { path, type }: ScannedDisk): DiskAnswer {
  const disk = objectOf(answer)
  const about = objectOf(disk?.smartctl)
  if (disk === undefined || about === undefined)
    return { kind: 'failed', reason: 'an answer that is no JSON of smartctl' }
  const said = listOf(about.messages).map((message) => wordOf(objectOf(message)?.string) ?? '')
  const status = amountOf(about.exit_status) ?? 0
  if ((status & NOT_OPENED) !== 0 && said.some((text) => /\bin (?:STANDBY|SLEEP)\b/i.test(text)))
    return { kind: 'asleep' }
  const health = healthOf(disk)
  const numbers = objectOf(disk.nvme_smart_health_information_log) ?? objectOf(disk.ata_smart_attributes)
  if (health === undefined && numbers === undefined && temperatureOf(disk) === undefined)
    return { kind: 'failed', reason: said.find((text) => text !== '') ?? `exit status ${status}` }
  const device = path.slice('/dev/'.length)
  const row = {
    device: type === undefined ? device : `${device} (${type})`.slice(0, 64),
    model: (wordOf(disk.model_name) ?? wordOf(disk.scsi_model_name))?.slice(0, 256),
    health,
    temp_celsius: temperatureOf(disk),
    power_on_hours: amountOf(objectOf(disk.power_on_time)?.hours),
    ...(nvmeNumbers(disk) ?? ataNumbers(disk) ?? scsiNumbers(disk)),
  }
  return { kind: 'read', serial: wordOf(disk.serial_number)?.trim().slice(0, 128) || undefined, row }
}

type Numbers = Pick<
  WireRow<'smart'>,
  'life_left_pct' | 'reallocated' | 'pending' | 'media_errors' | 'unsafe_shutdowns'
>

function healthOf(disk: Json): string | undefined {
  const passed = objectOf(disk.smart_status)?.passed
  return passed === true ? 'ok' : passed === false ? 'failed' : undefined
}

function temperatureOf(disk: Json): number | undefined {
  const celsius = objectOf(disk.temperature)?.current
  return typeof celsius === 'number' ? celsius : undefined
}

/** NVM Express base specification, SMART / Health Information: `percentage_used` may pass 100. */
function nvmeNumbers(disk: Json): Numbers | undefined {
  const log = objectOf(disk.nvme_smart_health_information_log)
  if (log === undefined) return undefined
  return {
    life_left_pct: leftOf(amountOf(log.percentage_used)),
    media_errors: amountOf(log.media_errors),
    unsafe_shutdowns: amountOf(log.unsafe_shutdowns),
  }
}

/** Attributes of ATA disks have numbers everybody keeps to (5, 187, 197, 198) and others that each maker gives its own
 * meaning: those are known by the names of smartctl's database. */
const REALLOCATED = 5
const REPORTED_UNCORRECTED = 187
const PENDING = 197
const OFFLINE_UNCORRECTED = 198
const LIFE_LEFT =
  /^(?:SSD_Life_Left|Percent_Lifetime_Remain|Media_Wearout_Indicator|Wear_Leveling_Count|Remaining_Lifetime_Perc)$/
const UNSAFE = /^(?:Unexpect_Power_Loss_Ct|Unsafe_Shutdown_Count|POR_Recovery_Count|Unexpected_Power_Loss)$/

function ataNumbers(disk: Json): Numbers | undefined {
  const attributes = objectOf(disk.ata_smart_attributes)
  if (attributes === undefined) return undefined
  const table = listOf(attributes.table).map((one) => objectOf(one) ?? {})
  const raw = (matches: (attribute: Json) => boolean) => amountOf(objectOf(table.find(matches)?.raw)?.value)
  const byId = (id: number) => raw((attribute) => attribute.id === id)
  const byName = (names: RegExp) => (attribute: Json) => names.test(wordOf(attribute.name) ?? '')
  const used = amountOf(objectOf(disk.endurance_used)?.current_percent)
  const isSolid = disk.rotation_rate === 0
  return {
    life_left_pct: leftOf(used) ?? (isSolid ? percentOf(table.find(byName(LIFE_LEFT))?.value) : undefined),
    reallocated: byId(REALLOCATED),
    pending: byId(PENDING),
    media_errors: byId(REPORTED_UNCORRECTED) ?? byId(OFFLINE_UNCORRECTED),
    unsafe_shutdowns: raw(byName(UNSAFE)),
  }
}

function scsiNumbers(disk: Json): Numbers {
  const counters = Object.values(objectOf(disk.scsi_error_counter_log) ?? {})
  const errors = counters.map((one) => amountOf(objectOf(one)?.total_uncorrected_errors))
  const known = errors.filter((count) => count !== undefined)
  return {
    life_left_pct: leftOf(amountOf(disk.scsi_percentage_used_endurance_indicator)),
    reallocated: amountOf(disk.scsi_grown_defect_list),
    pending: amountOf(objectOf(disk.scsi_pending_defects)?.count),
    media_errors: known.length === 0 ? undefined : known.reduce((sum, count) => sum + count, 0),
  }
}

const leftOf = (usedPct: number | undefined) =>
  usedPct === undefined ? undefined : Math.max(0, 100 - usedPct)

/** A normalised value is a percentage where its maker made it one. */
function percentOf(value: unknown): number | undefined {
  const number = amountOf(value)
  return number !== undefined && number <= 100 ? number : undefined
}
