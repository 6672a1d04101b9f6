import { isIP } from 'node:net'

/** Where one node of a cluster, or a backup server, answers. */
export interface Address {
  /** Name or IP address, IPv6 without brackets. */
  host: string
  port: number
}

/** `pve1.lan`, `10.0.0.2:8006`, `[fd00::2]:8006`; undefined when it is none of these. */
export function parseAddress(text: string, defaultPort: number): Address | undefined {
  const [, bracketed, plain, digits] =
    /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?))(?::(\d{1,5}))?$/.exec(text) ?? []
  const host = bracketed ?? plain
  if (host === undefined || (bracketed !== undefined && isIP(bracketed) !== 6)) return undefined
  const port = digits === undefined ? defaultPort : Number(digits)
  return port >= 1 && port <= 65_535 ? { host, port } : undefined
}

export function addressText({ host, port }: Address): string {
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`
}
