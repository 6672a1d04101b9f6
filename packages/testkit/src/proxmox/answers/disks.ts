import { DAY, HOUR, MINUTE, SECOND } from '@lumen/model/time'
import type { DiskSpec, PoolSpec } from '../cluster-spec.ts'
import { type Answer, ApiFault, type Asked } from './asked.ts'

export const poolList: Answer = (asked) =>
  asked.target.pools.map(({ name, sizeBytes }) => {
    const alloc = asked.truth.node(asked.target.name).poolAllocBytes(name, asked.now) ?? 0
    const health = troubleOf(asked, name)?.health ?? 'ONLINE'
    return { name, size: sizeBytes, alloc, free: sizeBytes - alloc, frag: 17, dedup: 1, health }
  })

/** As `zpool status` prints it, cut into keys. */
export const poolDetail: Answer = (asked) => {
  const pool = asked.target.pools.find(({ name }) => name === asked.parameters.name)
  if (pool === undefined) throw new ApiFault(500, `zpool '${asked.parameters.name}' not found`)
  const trouble = troubleOf(asked, pool.name)
  return {
    ...{ name: pool.name, state: trouble?.health ?? 'ONLINE', scan: scrubLine(asked) },
    errors:
      trouble && trouble.errors > 0
        ? `${trouble.errors} data errors, use '-v' for a list`
        : 'No known data errors',
    ...(trouble !== undefined && {
      status: 'One or more devices could not be used because the label is missing or invalid.',
      action: "Replace the device using 'zpool replace'.",
    }),
    children: [
      vdev(pool.name, trouble?.health, [vdev('mirror-0', trouble?.health, devicesOf(pool, trouble))]),
    ],
  }
}

type Trouble = ReturnType<typeof troubleOf>

function troubleOf({ timeline, target, now }: Asked, pool: string) {
  return timeline
    .during('pool-trouble', now)
    .findLast((event) => event.node === target.name && event.pool === pool)
}

/** The last of the devices is the one in trouble. */
function devicesOf({ devices }: PoolSpec, trouble: Trouble): object[] {
  return devices.map((name, index) => {
    const isBad = trouble !== undefined && index === devices.length - 1
    const health = isBad && trouble.health !== 'ONLINE' ? 'UNAVAIL' : undefined
    return vdev(name, health, undefined, isBad ? trouble.errors : 0)
  })
}

function vdev(name: string, health = 'ONLINE', children?: readonly object[], cksum = 0): object {
  return {
    name,
    state: health,
    read: 0,
    write: 0,
    cksum,
    msg: '',
    ...(children === undefined ? { leaf: 1 } : { children }),
  }
}

/** Scrubs end on the second Sunday of a month, as Debian's cron has them. */
function scrubLine({ now }: Asked): string {
  const date = new Date(now)
  const scrubOf = (month: number) => {
    const first = Date.UTC(date.getUTCFullYear(), month, 1)
    const sunday = first + ((7 - new Date(first).getUTCDay()) % 7) * DAY
    return sunday + 7 * DAY + 24 * MINUTE + 12 * MINUTE + 34 * SECOND
  }
  const thisMonth = scrubOf(date.getUTCMonth())
  const ended = new Date(thisMonth <= now ? thisMonth : scrubOf(date.getUTCMonth() - 1))
  const [day, month] = [ended.toUTCString().slice(0, 3), ended.toUTCString().slice(8, 11)]
  const clock = ended.toISOString().slice(11, 19)
  const stamp = `${day} ${month} ${String(ended.getUTCDate()).padStart(2)} ${clock} ${ended.getUTCFullYear()}`
  return `scrub repaired 0B in 00:12:34 with 0 errors on ${stamp}`
}

/** With `skipsmart` health and wear are not looked up, and no disk is read. */
export const diskList: Answer = (asked) => {
  const isSkipped = asked.parameters.skipsmart === '1'
  return asked.target.disks.map((disk) => ({
    ...{ devpath: disk.path, type: disk.kind, model: disk.model, serial: disk.serial, size: disk.sizeBytes },
    ...{
      vendor: disk.kind === 'nvme' ? 'unknown' : 'ATA     ',
      used: disk.use,
      gpt: 1,
      mounted: 0,
      osdid: -1,
    },
    ...{ 'osdid-list': [], rpm: disk.kind === 'hdd' ? '5400' : 0, wwn: `0x50014ee2${disk.serial.length}` },
    by_id_link: `/dev/disk/by-id/${disk.model.replaceAll(' ', '_')}_${disk.serial}`,
    health: isSkipped ? 'UNKNOWN' : healthOf(asked, disk),
    wearout: isSkipped ? 'N/A' : wearoutOf(asked, disk),
  }))
}

export const diskSmart: Answer = (asked) => {
  const disk = asked.target.disks.find(({ path }) => path === asked.parameters.disk)
  if (disk === undefined) throw new ApiFault(500, `unable to find disk ${asked.parameters.disk}`)
  const health = healthOf(asked, disk)
  if (asked.parameters.healthonly === '1') return { health }
  const wearout = wearoutOf(asked, disk)
  if (disk.kind === 'nvme') return { health, type: 'text', text: nvmeText(wearout, asked.now), wearout }
  return { health, type: 'ata', attributes: ataAttributes(asked.now), wearout }
}

const healthOf = (asked: Asked, disk: DiskSpec): string => diskTrouble(asked, disk)?.health ?? 'PASSED'

const wearoutOf = (asked: Asked, disk: DiskSpec): DiskSpec['wearout'] =>
  diskTrouble(asked, disk)?.wearout ?? disk.wearout

function diskTrouble({ timeline, target, now }: Asked, { path }: DiskSpec) {
  return timeline
    .during('disk-trouble', now)
    .findLast((event) => event.node === target.name && event.disk === path)
}

const powerOnHours = (ms: number): number => Math.floor((ms - Date.UTC(2022, 0, 1)) / HOUR)

function nvmeText(wearout: DiskSpec['wearout'], now: number): string {
  return [
    ...['', 'SMART/Health Information (NVMe Log 0x02)'],
    ...['Critical Warning:                   0x00', 'Temperature:                        41 Celsius'],
    ...['Available Spare:                    100%', 'Available Spare Threshold:          10%'],
    `Percentage Used:                    ${100 - Number(wearout)}%`,
    `Power On Hours:                     ${powerOnHours(now).toLocaleString('en-US')}`,
    ...['Unsafe Shutdowns:                   27', 'Media and Data Integrity Errors:    0', ''],
  ].join('\n')
}

function ataAttributes(now: number): object[] {
  const row = (id: number, name: string, value: number, threshold: number, raw: string) => ({
    ...{ id: String(id).padStart(3), name, value, worst: value, threshold, raw, flags: '-O--CK', fail: '-' },
  })
  return [
    row(5, 'Reallocated_Sector_Ct', 200, 140, '0'),
    row(9, 'Power_On_Hours', 61, 0, String(powerOnHours(now))),
    row(194, 'Temperature_Celsius', 116, 0, '34'),
    row(197, 'Current_Pending_Sector', 200, 0, '0'),
    row(199, 'UDMA_CRC_Error_Count', 200, 0, '0'),
  ]
}
