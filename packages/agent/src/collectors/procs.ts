import { readdirSync } from 'node:fs'
import type { Roots } from '../config.ts'
import { isAbsence } from '../kernel-text.ts'
import type { Collector } from './collector.ts'

/** Processes, counted as `/proc` lists them: one folder with a number each. */
export function procsCollector({ procRoot }: Pick<Roots, 'procRoot'>): Collector {
  return {
    name: 'procs',
    collect({ host }) {
      let names: string[]
      try {
        names = readdirSync(procRoot)
      } catch (error) {
        if (isAbsence(error)) return
        throw error
      }
      let count = 0
      for (const name of names) {
        const first = name.charCodeAt(0)
        if (first >= 0x30 && first <= 0x39) count += 1
      }
      if (count > 0) host.procs_total = count
    },
  }
}
