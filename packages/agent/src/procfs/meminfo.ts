import { ParseError } from '../parse-error.ts'

/** Bytes. What the kernel does not tell is undefined. */
export interface MemoryReading {
  totalBytes: number
  /** undefined on kernels before 3.14: then neither used nor available is known. */
  availableBytes: number | undefined
  cachedBytes: number | undefined
  swapTotalBytes: number | undefined
  swapFreeBytes: number | undefined
}

/** Memory from `/proc/meminfo` (Linux Documentation/filesystems/proc). Cached is page cache, buffers and
 * reclaimable slab without shared memory, as `free` counts it.
 * @throws {ParseError} `meminfo_malformed` when MemTotal is absent. */
export function parseMeminfo(text: string): MemoryReading {
  const totalBytes = bytesOf(text, 'MemTotal')
  if (totalBytes === undefined || totalBytes === 0) throw new ParseError('meminfo', 'MemTotal is absent')
  const cached = bytesOf(text, 'Cached')
  const availableBytes = bytesOf(text, 'MemAvailable')
  return {
    totalBytes,
    availableBytes: availableBytes === undefined ? undefined : Math.min(availableBytes, totalBytes),
    cachedBytes:
      cached === undefined
        ? undefined
        : Math.max(
            0,
            cached +
              (bytesOf(text, 'Buffers') ?? 0) +
              (bytesOf(text, 'SReclaimable') ?? 0) -
              (bytesOf(text, 'Shmem') ?? 0),
          ),
    swapTotalBytes: bytesOf(text, 'SwapTotal'),
    swapFreeBytes: bytesOf(text, 'SwapFree'),
  }
}

function bytesOf(text: string, name: string): number | undefined {
  const at = text.startsWith(`${name}:`) ? 0 : text.indexOf(`\n${name}:`) + 1
  if (at === 0 && !text.startsWith(`${name}:`)) return undefined
  const end = text.indexOf('\n', at)
  const match = /:\s*(\d+)\s*kB\s*$/.exec(text.slice(at, end < 0 ? text.length : end))
  return match === null ? undefined : Number(match[1]) * 1024
}
