import { GROUP_READS, type GroupReader } from '../cgroup/read-group.ts'
import type { Roots } from '../config.ts'
import type { Environment } from '../environment/environment.ts'
import { readKernelText } from '../kernel-text.ts'
import { parseMeminfo } from '../procfs/meminfo.ts'
import { percentOf } from '../round.ts'
import type { Collector } from './collector.ts'
import { hidden } from './group-cpu.ts'

/** Memory of a machine that shares its kernel where /proc/meminfo is not its own: used is what its control group
 * holds without page cache. Total is the group's limit, else MemTotal, which lxcfs answers with the limit of a
 * hidden parent. */
export function groupMemoryCollector(
  { procRoot }: Pick<Roots, 'procRoot'>,
  { ownGroup }: Pick<Environment, 'ownGroup'>,
  reader: GroupReader,
): Collector {
  return {
    name: 'memory',
    reads: ['{proc}/meminfo', ...GROUP_READS.memory],
    sends: ['host.mem_*'],
    collect({ host }) {
      const meminfo = readKernelText(`${procRoot}/meminfo`)
      const kernelBytes = meminfo === undefined ? undefined : parseMeminfo(meminfo).totalBytes
      if (ownGroup === undefined) throw hidden('memory')
      const memory = reader.memory(ownGroup)
      const limitBytes = reader.memoryLimit(ownGroup)
      const totals = [limitBytes, kernelBytes].filter((bytes) => bytes !== undefined && bytes > 0) as number[]
      if (memory === undefined || totals.length === 0) return
      const totalBytes = Math.min(...totals)
      const usedBytes = Math.min(totalBytes, Math.max(0, memory.currentBytes - memory.fileBytes))
      host.mem_total_bytes = totalBytes
      host.mem_used_bytes = usedBytes
      host.mem_available_bytes = totalBytes - usedBytes
      host.mem_cached_bytes = memory.fileBytes
      host.mem_pct = percentOf(usedBytes, totalBytes)
    },
  }
}
