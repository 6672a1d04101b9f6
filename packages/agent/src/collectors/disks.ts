import { existsSync } from 'node:fs'
import type { WireRow } from '@lumen/protocol/agent/frame'
import type { Roots } from '../config.ts'
import { readKernelLine, readKernelText } from '../kernel-text.ts'
import { type DiskCounters, parseDiskstats, SECTOR_BYTES } from '../procfs/diskstats.ts'
import { GrowthBook, perSecond } from '../rate.ts'
import { round2 } from '../round.ts'
import type { Collector } from './collector.ts'

const SCAN_EVERY_MS = 60_000

/** CD drives, floppies, boot areas of eMMC: devices, but nobody's disk. */
const NO_DISK = /^(sr|fd|nbd|mtdblock)\d|^mmcblk\d+(boot\d+|rpmb|gp\d+)$|^nvme\d+c\d+n\d+$/

/** Whole physical disks from `/proc/diskstats`, each once: what has a device behind it in `/sys/block`. Partitions,
 * loop, ram, zram, md and device-mapper carry the same bytes a second time. */
export function disksCollector({ procRoot, sysRoot }: Pick<Roots, 'procRoot' | 'sysRoot'>): Collector {
  const book = new GrowthBook()
  /** Name → model (empty when unknown), or null for what is not a physical disk. */
  let known = new Map<string, string | null>()
  let scannedAt = Number.NEGATIVE_INFINITY
  const modelOf = (name: string): string | null => {
    let model = known.get(name)
    if (model === undefined) {
      model = physicalModel(`${sysRoot}/block/${name.replaceAll('/', '!')}`, name)
      known.set(name, model)
    }
    return model
  }
  const isPhysical = (name: string) => modelOf(name) !== null
  return {
    name: 'disks',
    reads: [
      '{proc}/diskstats',
      '{sys}/block/*/device',
      '{sys}/block/*/device/model',
      '{sys}/block/*/device/name',
    ],
    sends: ['disk.*', 'host.disk_read_bytes_per_s', 'host.disk_write_bytes_per_s'],
    collect(into, at) {
      const text = readKernelText(`${procRoot}/diskstats`)
      if (text === undefined) return
      if (at - scannedAt >= SCAN_EVERY_MS) {
        known = new Map()
        scannedAt = at
      }
      const rows: Record<string, WireRow<'disk'>> = {}
      let readTotal: number | undefined
      let writeTotal: number | undefined
      let isWhole = true
      for (const disk of parseDiskstats(text, isPhysical)) {
        const wasKnown = book.has(disk.name)
        const row = ratesOf(book, disk, at)
        if (row === undefined) {
          isWhole &&= !wasKnown
          continue
        }
        readTotal = (readTotal ?? 0) + row.read_bytes_per_s!
        writeTotal = (writeTotal ?? 0) + row.write_bytes_per_s!
        const model = modelOf(disk.name)
        if (model !== null && model !== '') row.model = model
        rows[disk.name] = row
      }
      book.endRound()
      if (readTotal === undefined) return
      into.disk = rows
      if (!isWhole) return
      into.host.disk_read_bytes_per_s = readTotal
      into.host.disk_write_bytes_per_s = writeTotal
    },
  }
}

function ratesOf(book: GrowthBook, disk: DiskCounters, at: number): WireRow<'disk'> | undefined {
  const counters = [
    disk.reads,
    disk.readSectors,
    disk.readMs,
    disk.writes,
    disk.writtenSectors,
    disk.writeMs,
    disk.busyMs,
  ]
  const growth = book.read(disk.name, counters, at)
  if (growth === undefined) return undefined
  const { by, elapsedMs } = growth
  const [reads, readSectors, readMs, writes, writtenSectors, writeMs, busyMs] = by as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const requests = reads + writes
  return {
    read_bytes_per_s: Math.round(perSecond(readSectors * SECTOR_BYTES, elapsedMs)),
    write_bytes_per_s: Math.round(perSecond(writtenSectors * SECTOR_BYTES, elapsedMs)),
    read_iops: round2(perSecond(reads, elapsedMs)),
    write_iops: round2(perSecond(writes, elapsedMs)),
    util_pct: Math.min(100, Math.round((busyMs / elapsedMs) * 1_000) / 10),
    await_ms: requests > 0 ? Math.round(((readMs + writeMs) / requests) * 10) / 10 : undefined,
  }
}

function physicalModel(folder: string, name: string): string | null {
  if (NO_DISK.test(name) || !existsSync(`${folder}/device`)) return null
  return (readKernelLine(`${folder}/device/model`) ?? readKernelLine(`${folder}/device/name`) ?? '').slice(
    0,
    256,
  )
}
