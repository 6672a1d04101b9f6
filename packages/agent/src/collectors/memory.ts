import type { Roots } from '../config.ts'
import { readKernelText } from '../kernel-text.ts'
import { parseArcSize } from '../procfs/arcstats.ts'
import { parseMeminfo } from '../procfs/meminfo.ts'
import { percentOf } from '../round.ts'
import type { Collector } from './collector.ts'

/** Memory, swap and the ZFS cache. The cache lies inside `used` and is given apart. */
export function memoryCollector({ procRoot }: Pick<Roots, 'procRoot'>): Collector {
  return {
    name: 'memory',
    reads: ['{proc}/meminfo', '{proc}/spl/kstat/zfs/arcstats'],
    sends: ['host.mem_*', 'host.swap_*', 'host.zfs_arc_bytes'],
    collect({ host }) {
      const text = readKernelText(`${procRoot}/meminfo`)
      if (text !== undefined) {
        const { totalBytes, availableBytes, cachedBytes, swapTotalBytes, swapFreeBytes } = parseMeminfo(text)
        host.mem_total_bytes = totalBytes
        if (availableBytes !== undefined) {
          host.mem_available_bytes = availableBytes
          host.mem_used_bytes = totalBytes - availableBytes
          host.mem_pct = percentOf(totalBytes - availableBytes, totalBytes)
        }
        if (cachedBytes !== undefined) host.mem_cached_bytes = cachedBytes
        if (swapTotalBytes !== undefined) host.swap_total_bytes = swapTotalBytes
        if (swapTotalBytes !== undefined && swapFreeBytes !== undefined) {
          const usedBytes = Math.max(0, swapTotalBytes - swapFreeBytes)
          host.swap_used_bytes = usedBytes
          host.swap_pct = percentOf(usedBytes, swapTotalBytes)
        }
      }
      const arc = readKernelText(`${procRoot}/spl/kstat/zfs/arcstats`)
      if (arc !== undefined) host.zfs_arc_bytes = parseArcSize(arc)
    },
  }
}
