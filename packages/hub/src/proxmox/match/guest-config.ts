import { isIP } from 'node:net'

/** What a guest's configuration tells of who it is. */
export interface GuestIdentity {
  /** Lower case, colons. */
  macs: string[]
  /** Set by hand or for cloud-init; what a guest got by DHCP is not there. */
  ips: string[]
  /** SMBIOS, lower case; null for containers, which have none. */
  uuid: string | null
}

const MAC = /(?:[0-9a-f]{2}:){5}[0-9a-f]{2}/i
const UUID = /uuid=([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/i

/** Reads `/nodes/{node}/{qemu,lxc}/{vmid}/config`: `net0` to `net31` (`virtio=BC:24:11:…,bridge=vmbr0` or
 * `name=eth0,hwaddr=…,ip=10.0.0.5/24`), `ipconfigN` and `smbios1`. Pure. */
export function readGuestConfig(config: Readonly<Record<string, unknown>>): GuestIdentity {
  const macs = new Set<string>()
  const ips = new Set<string>()
  let uuid: string | null = null
  for (const [key, value] of Object.entries(config)) {
    if (typeof value !== 'string') continue
    if (/^net\d+$/.test(key)) {
      const mac = MAC.exec(value)?.[0]
      if (mac !== undefined) macs.add(mac.toLowerCase())
    }
    if (/^(net|ipconfig)\d+$/.test(key)) for (const ip of addressesIn(value)) ips.add(ip)
    if (key === 'smbios1') uuid = UUID.exec(value)?.[1]?.toLowerCase() ?? null
  }
  return { macs: [...macs], ips: [...ips], uuid }
}

function addressesIn(line: string): string[] {
  return [...line.matchAll(/(?:^|,)ip6?=([^,/]+)/g)].map(([, ip]) => ip!).filter((ip) => isIP(ip) !== 0)
}
