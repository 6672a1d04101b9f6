import { GROUP_READS, type GroupReader } from '../cgroup/read-group.ts'
import { GrowthBook, perSecond } from '../rate.ts'
import type { Collector } from './collector.ts'

/** Disk traffic of a machine that shares its kernel: its own group's. The disks themselves are the node's and get
 * no rows here. */
export function groupIoCollector(ownGroup: string | undefined, reader: GroupReader): Collector {
  const book = new GrowthBook()
  return {
    name: 'disks',
    reads: GROUP_READS.io,
    sends: ['host.disk_read_bytes_per_s', 'host.disk_write_bytes_per_s'],
    collect({ host }, at) {
      const io = ownGroup === undefined ? undefined : reader.io(ownGroup)
      if (io === undefined) return
      const growth = book.read('io', [io.readBytes, io.writtenBytes], at)
      book.endRound()
      if (growth === undefined) return
      host.disk_read_bytes_per_s = Math.round(perSecond(growth.by[0]!, growth.elapsedMs))
      host.disk_write_bytes_per_s = Math.round(perSecond(growth.by[1]!, growth.elapsedMs))
    },
  }
}
