import { ParseError } from '../parse-error.ts'

/** Bytes since the group was made, of the devices that count. */
export interface IoReading {
  readBytes: number
  writtenBytes: number
}

/** Says whether a device (`major:minor`) is a disk itself, not one laid over others. */
export type IsDisk = (device: string) => boolean

/** `io.stat` of cgroup v2: a line for each device, `8:0 rbytes=1 wbytes=2 rios=3 …`. What went through a mapped
 * device and the disk beneath shows in both lines: disks count, and the others only where no disk is listed.
 * Empty: nothing was read or written yet.
 * @throws {ParseError} `io_stat_malformed` */
export function parseIoStat(text: string, isDisk: IsDisk): IoReading {
  const lines: [device: string, readBytes: number, writtenBytes: number][] = []
  for (const line of text.split('\n')) {
    if (line === '') continue
    const device = line.slice(0, line.indexOf(' '))
    if (!/^\d+:\d+$/.test(device)) {
      // A device that did nothing yet may be listed as its number alone.
      if (/^\d+:\d+$/.test(line.trim())) continue
      throw new ParseError('io_stat', `a line names no device: ${line.slice(0, 80)}`)
    }
    lines.push([device, pairOf(line, 'rbytes'), pairOf(line, 'wbytes')])
  }
  return sumOf(lines, isDisk)
}

/** `blkio.throttle.io_service_bytes` of cgroup v1: lines `8:0 Read 1`, `8:0 Write 2`, and totals.
 * @throws {ParseError} `blkio_malformed` */
export function parseBlkio(text: string, isDisk: IsDisk): IoReading {
  const byDevice = new Map<string, [device: string, readBytes: number, writtenBytes: number]>()
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('Total ')) continue
    const match = /^(\d+:\d+) (\w+) (\d+)$/.exec(line)
    if (match === null) throw new ParseError('blkio', `a line is no count of a device: ${line.slice(0, 80)}`)
    const [, device, word, digits] = match
    const entry = byDevice.get(device!) ?? [device!, 0, 0]
    byDevice.set(device!, entry)
    if (word === 'Read') entry[1] = Number(digits)
    else if (word === 'Write') entry[2] = Number(digits)
  }
  return sumOf([...byDevice.values()], isDisk)
}

function sumOf(lines: readonly (readonly [string, number, number])[], isDisk: IsDisk): IoReading {
  const disks = lines.filter(([device]) => isDisk(device))
  let readBytes = 0
  let writtenBytes = 0
  for (const [, read, written] of disks.length > 0 ? disks : lines) {
    readBytes += read
    writtenBytes += written
  }
  return { readBytes, writtenBytes }
}

function pairOf(line: string, name: string): number {
  const at = line.indexOf(` ${name}=`)
  if (at < 0) return 0
  const from = at + name.length + 2
  const end = line.indexOf(' ', from)
  const value = Number(line.slice(from, end < 0 ? line.length : end))
  if (!(value >= 0)) throw new ParseError('io_stat', `${name} is no number: ${line.slice(0, 80)}`)
  return value
}
