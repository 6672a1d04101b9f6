import type { Roots } from '../config.ts'
import { readKernelText } from '../kernel-text.ts'
import { parseUptime } from '../procfs/uptime.ts'
import type { Collector } from './collector.ts'

export function uptimeCollector({ procRoot }: Pick<Roots, 'procRoot'>): Collector {
  return {
    name: 'uptime',
    reads: ['{proc}/uptime'],
    sends: ['host.uptime_s'],
    collect({ host }) {
      const text = readKernelText(`${procRoot}/uptime`)
      if (text !== undefined) host.uptime_s = Math.floor(parseUptime(text))
    },
  }
}
