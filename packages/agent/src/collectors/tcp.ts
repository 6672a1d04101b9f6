import type { Roots } from '../config.ts'
import { parseTcpEstablished } from '../procfs/snmp.ts'
import type { Collector } from './collector.ts'
import { netReads, readNetText } from './net-proc.ts'

export function tcpCollector(roots: Pick<Roots, 'procRoot'>): Collector {
  return {
    name: 'tcp',
    reads: netReads('snmp'),
    sends: ['host.tcp_established'],
    collect({ host }) {
      const text = readNetText(roots, 'snmp')
      if (text !== undefined) host.tcp_established = parseTcpEstablished(text)
    },
  }
}
