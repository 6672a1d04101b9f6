import type { WrongCertificate } from '@lumen/protocol/http/proxmox/connections'
import type { Trust } from '@lumen/protocol/http/proxmox/trust'
import { type Failure, rootOf } from '../client/outcome.ts'
import { fingerprintText } from '../client/trust.ts'

/** Old and new side by side, where that is what a failure is about. */
export function wrongCertificateOf(failure: Failure | null, trust: Trust): WrongCertificate | null {
  const root = failure === null ? null : rootOf(failure)
  if (root?.kind !== 'wrong-certificate') return null
  const { address, why, shown } = root
  return { address, why, shown, trusted: trust.by === 'fingerprint' ? trust.sha256.map(fingerprintText) : [] }
}
