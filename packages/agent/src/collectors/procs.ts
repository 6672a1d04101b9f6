import { readdirSync } from 'node:fs'
import type { Roots } from '../config.ts'
import { isAbsence } from '../kernel-text.ts'
import type { Collector } from './collector.ts'

/** Processes, counted as `/proc` lists them: one folder with a number each. Where even process 1 is not listed,
 * others' processes are hidden from us (`hidepid`), and how many there are is not known. */
export function procsCollector({ procRoot }: Pick<Roots, 'procRoot'>): Collector {
  return {
    name: 'procs',
    reads: ['{proc}'],
    sends: ['host.procs_total'],
    collect({ host }) {
      let names: string[]
      try {
        names = readdirSync(procRoot)
      } catch (error) {
        if (isAbsence(error)) return
        throw error
      }
      if (!names.includes('1')) return
      let count = 0
      for (const name of names) {
        const first = name.charCodeAt(0)
        if (first >= 0x30 && first <= 0x39) count += 1
      }
      host.procs_total = count
    },
  }
}
