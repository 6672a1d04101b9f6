import { BlockList, isIPv6 } from 'node:net'
import { LumenError } from '@lumen/std/error'

/** A set of networks that addresses can be looked up in. */
export interface Networks {
  has(address: string): boolean
}

/** @param cidrs `10.0.0.0/8`, `fd00::/8`, or single addresses
 * @throws {LumenError} `network_invalid` naming the one that is none */
export function parseNetworks(cidrs: readonly string[]): Networks {
  const list = new BlockList()
  for (const cidr of cidrs) {
    const [address = '', prefix] = cidr.trim().split('/')
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    try {
      if (prefix === undefined) list.addAddress(address, family)
      else list.addSubnet(address, /^\d+$/.test(prefix) ? Number(prefix) : Number.NaN, family)
    } catch (cause) {
      throw new LumenError(
        'network_invalid',
        `${cidr} is no network, wanted one like 10.0.0.0/8 or fd00::/8`,
        {
          cause,
        },
      )
    }
  }
  return { has: (address) => list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4') }
}
