import type { Roots } from '../config.ts'
import { readKernelText } from '../kernel-text.ts'
import { type PressureReading, parsePressure } from '../procfs/pressure.ts'
import { GrowthBook } from '../rate.ts'
import type { Reads } from '../reads.ts'
import { percentOf } from '../round.ts'
import type { Collector } from './collector.ts'

export type ReadPressure = (resource: 'cpu' | 'memory' | 'io') => PressureReading | undefined

const PSI_READS = [
  '{proc}/pressure/cpu',
  '{proc}/pressure/memory',
  '{proc}/pressure/io',
] as const satisfies Reads

/** Pressure of the whole machine. Absent on kernels before 4.20 or with `psi=0`. */
export function psiCollector({ procRoot }: Pick<Roots, 'procRoot'>): Collector {
  return pressureCollector(PSI_READS, (resource) => {
    const text = readKernelText(`${procRoot}/pressure/${resource}`)
    return text === undefined ? undefined : parsePressure(text)
  })
}

/** Pressure as the share of time waited since the last reading, from the growth of the totals. */
export function pressureCollector(reads: Reads, read: ReadPressure): Collector {
  const book = new GrowthBook()
  const share = (key: string, totalUs: number | undefined, at: number): number | undefined => {
    if (totalUs === undefined) return undefined
    const growth = book.read(key, [totalUs], at)
    return growth === undefined ? undefined : percentOf(growth.by[0]! / 1_000, growth.elapsedMs)
  }
  return {
    name: 'psi',
    reads,
    sends: ['host.psi_*'],
    collect({ host }, at) {
      const cpu = read('cpu')
      const memory = read('memory')
      const io = read('io')
      if (cpu !== undefined) host.psi_cpu_some_pct = share('cpu', cpu.someUs, at)
      if (memory !== undefined) {
        host.psi_memory_some_pct = share('memory some', memory.someUs, at)
        host.psi_memory_full_pct = share('memory full', memory.fullUs, at)
      }
      if (io !== undefined) {
        host.psi_io_some_pct = share('io some', io.someUs, at)
        host.psi_io_full_pct = share('io full', io.fullUs, at)
      }
      book.endRound()
    },
  }
}
