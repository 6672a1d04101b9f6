import type { WireRow } from '@lumen/protocol/agent/frame'
import type { Roots } from '../config.ts'
import { foldersIn } from '../folder-names.ts'
import { readKernelLine } from '../kernel-text.ts'
import type { Collector } from './collector.ts'

/** Health of ZFS pools, from `/proc/spl/kstat/zfs/<pool>/state` (OpenZFS 0.8 and newer): ONLINE, DEGRADED, FAULTED,
 * SUSPENDED and others as `zpool status` prints them. Sizes are not told there. */
export function zpoolsCollector({ procRoot }: Pick<Roots, 'procRoot'>): Collector {
  const folder = `${procRoot}/spl/kstat/zfs`
  return {
    name: 'zpools',
    reads: ['{proc}/spl/kstat/zfs', '{proc}/spl/kstat/zfs/*/state'],
    sends: ['zpool.health'],
    collect(into) {
      let rows: Record<string, WireRow<'zpool'>> | undefined
      for (const name of foldersIn(folder)) {
        const health = readKernelLine(`${folder}/${name}/state`)
        if (health === undefined) continue
        rows ??= {}
        rows[name] = { health: health.slice(0, 64) }
      }
      if (rows !== undefined) into.zpool = rows
    },
  }
}
