import { lineCounters } from './line-counters.ts'

/** Counters since boot of one block device. */
export interface DiskCounters {
  name: string
  reads: number
  readSectors: number
  readMs: number
  writes: number
  writtenSectors: number
  writeMs: number
  /** Time with at least one request under way. */
  busyMs: number
}

/** Sectors of diskstats are 512 bytes whatever the disk's own are (Linux Documentation/admin-guide/iostats). */
export const SECTOR_BYTES = 512

/** Major and minor number, then the name. */
const LINE_START = /^\s*\d+\s+\d+\s+(\S+)\s/

/** `/proc/diskstats`: block devices with their partitions, in the kernel's order; only those that are wanted,
 * since there may be hundreds of others.
 * @throws {ParseError} `diskstats_malformed` when the line of a wanted one is cut. */
export function parseDiskstats(
  text: string,
  isWanted: (name: string) => boolean = () => true,
): DiskCounters[] {
  const disks: DiskCounters[] = []
  for (const line of text.split('\n')) {
    if (line === '') continue
    const start = LINE_START.exec(line)
    if (start !== null && !isWanted(start[1]!)) continue
    const words = line.trim().split(/\s+/)
    // Kernels before 2.6.25 give partitions four numbers; nothing we show.
    if (words.length === 7) continue
    const numbers = lineCounters('diskstats', words.slice(3, 13), { least: 10, all: 11 })
    const [reads, , readSectors, readMs, writes, , writtenSectors, writeMs, , busyMs] = numbers
    disks.push({
      name: words[2]!,
      reads: reads!,
      readSectors: readSectors!,
      readMs: readMs!,
      writes: writes!,
      writtenSectors: writtenSectors!,
      writeMs: writeMs!,
      busyMs: busyMs!,
    })
  }
  return disks
}
