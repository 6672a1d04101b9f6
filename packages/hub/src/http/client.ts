import { isIP, isIPv6 } from 'node:net'
import type { Networks } from './networks.ts'

/** Who is at the other end of a request, past any trusted proxies. */
export interface Client {
  address: string
  /** The address guesses are counted under: IPv6 by /64, the smallest thing handed out. */
  throttleKey: string
  isHttps: boolean
  /** `host:port` the client asked for. */
  host: string | null
}

export function clientOf(request: Request, peer: string, trusted: Networks, isOwnTls: boolean): Client {
  const isProxied = trusted.has(peer)
  const address = isProxied ? forwardedFor(request, peer, trusted) : peer
  const forwarded = (name: string) =>
    isProxied ? request.headers.get(name)?.split(',').at(-1)?.trim() : undefined
  return {
    address,
    throttleKey: throttleKey(address),
    isHttps: isOwnTls || forwarded('x-forwarded-proto')?.toLowerCase() === 'https',
    host: forwarded('x-forwarded-host') ?? request.headers.get('host'),
  }
}

/** The last address of the chain that no trusted proxy has. */
function forwardedFor(request: Request, peer: string, trusted: Networks): string {
  const chain = (request.headers.get('x-forwarded-for') ?? '').split(',').map((part) => part.trim())
  for (const hop of chain.reverse()) {
    if (isIP(hop) === 0) return peer
    if (!trusted.has(hop)) return hop
  }
  return peer
}

function throttleKey(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '')
  if (!isIPv6(plain)) return plain
  const [head = '', tail] = plain.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? [] : Array<string>(8 - before.length - after.length).fill('0')
  return `${[...before, ...zeros, ...after].slice(0, 4).join(':')}::/64`
}
