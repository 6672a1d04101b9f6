import type { Roots } from '../config.ts'
import { readKernelText } from '../kernel-text.ts'
import { parseLoadavg } from '../procfs/loadavg.ts'
import type { Collector } from './collector.ts'

export function loadCollector({ procRoot }: Pick<Roots, 'procRoot'>): Collector {
  return {
    name: 'load',
    reads: ['{proc}/loadavg'],
    sends: ['host.load*'],
    collect({ host }) {
      const text = readKernelText(`${procRoot}/loadavg`)
      if (text !== undefined) [host.load1, host.load5, host.load15] = parseLoadavg(text)
    },
  }
}
