import type { Roots } from '../config.ts'
import { readKernelText } from '../kernel-text.ts'
import { parsePressure } from '../procfs/pressure.ts'
import { GrowthBook } from '../rate.ts'
import { percentOf } from '../round.ts'
import type { Collector } from './collector.ts'

/** Pressure as the share of time waited since the last reading, from the growth of the totals. Absent on kernels
 * before 4.20 or with `psi=0`. */
export function psiCollector({ procRoot }: Pick<Roots, 'procRoot'>): Collector {
  const book = new GrowthBook()
  const share = (key: string, totalUs: number | undefined, at: number): number | undefined => {
    if (totalUs === undefined) return undefined
    const growth = book.read(key, [totalUs], at)
    return growth === undefined ? undefined : percentOf(growth.by[0]! / 1_000, growth.elapsedMs)
  }
  return {
    name: 'psi',
    collect({ host }, at) {
      const cpu = readKernelText(`${procRoot}/pressure/cpu`)
      const memory = readKernelText(`${procRoot}/pressure/memory`)
      const io = readKernelText(`${procRoot}/pressure/io`)
      if (cpu !== undefined) host.psi_cpu_some_pct = share('cpu', parsePressure(cpu).someUs, at)
      if (memory !== undefined) {
        const { someUs, fullUs } = parsePressure(memory)
        host.psi_memory_some_pct = share('memory some', someUs, at)
        host.psi_memory_full_pct = share('memory full', fullUs, at)
      }
      if (io !== undefined) {
        const { someUs, fullUs } = parsePressure(io)
        host.psi_io_some_pct = share('io some', someUs, at)
        host.psi_io_full_pct = share('io full', fullUs, at)
      }
      book.endRound()
    },
  }
}
