import { lineCounters } from './line-counters.ts'

/** Counters since it came up of one network interface. */
export interface NicCounters {
  name: string
  rxBytes: number
  rxPackets: number
  txBytes: number
  txPackets: number
  /** Both directions. */
  errors: number
  drops: number
}

/** `/proc/net/dev` (proc_net_dev(5)), only the interfaces that are wanted. A name may touch its first number.
 * @throws {ParseError} `net_dev_malformed` when the line of a wanted one is cut. */
export function parseNetDev(text: string, isWanted: (name: string) => boolean = () => true): NicCounters[] {
  const nics: NicCounters[] = []
  for (const line of text.split('\n')) {
    const colon = line.lastIndexOf(':')
    if (colon < 0) continue
    const name = line.slice(0, colon).trim()
    if (!isWanted(name)) continue
    const words = line
      .slice(colon + 1)
      .trim()
      .split(/\s+/)
    const numbers = lineCounters('net_dev', words, { least: 12, all: 16 })
    nics.push({
      name,
      rxBytes: numbers[0]!,
      rxPackets: numbers[1]!,
      txBytes: numbers[8]!,
      txPackets: numbers[9]!,
      errors: numbers[2]! + numbers[10]!,
      drops: numbers[3]! + numbers[11]!,
    })
  }
  return nics
}

/** The interface of the IPv4 default route with the lowest metric, from `/proc/net/route` (proc_net(5)). */
export function parseDefaultRoute(text: string): string | undefined {
  let best: { name: string; metric: number } | undefined
  for (const line of text.split('\n').slice(1)) {
    const [name, destination, , flags, , , metricText, mask] = line.trim().split(/\s+/)
    if (name === undefined || destination !== '00000000' || mask !== '00000000') continue
    const isUp = (Number.parseInt(flags ?? '0', 16) & 1) !== 0
    const metric = Number(metricText)
    if (isUp && (best === undefined || metric < best.metric)) best = { name, metric }
  }
  return best?.name
}
