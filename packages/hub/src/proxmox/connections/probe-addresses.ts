import type { ShownCertificate } from '@lumen/protocol/http/proxmox/certificate'
import type { ProxmoxKind } from '@lumen/protocol/http/proxmox/connections'
import { addressText } from '../client/address.ts'
import { probeCertificate } from '../client/checked-socket.ts'
import { addressesOf } from './connection.ts'

export interface AddressProbe {
  address: string
  certificate: ShownCertificate | null
  fault: string | null
}

/** Which certificate each address shows. Nothing is sent to any of them. */
export function probeAddresses(kind: ProxmoxKind, texts: readonly string[]): Promise<AddressProbe[]> {
  const { signal } = new AbortController()
  return Promise.all(
    addressesOf(kind, texts).map(async (address): Promise<AddressProbe> => {
      const probe = await probeCertificate(address, signal)
      const name = addressText(address)
      return probe.kind === 'shown'
        ? { address: name, certificate: probe.certificate, fault: null }
        : { address: name, certificate: null, fault: probe.reason }
    }),
  )
}
