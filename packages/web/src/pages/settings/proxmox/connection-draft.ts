import type { ProxmoxConnection, ProxmoxInput, ProxmoxKind } from '@lumen/protocol/http/proxmox/connections'
import type { Trust } from '@lumen/protocol/http/proxmox/trust'

export type TrustBy = Trust['by']

/** A connection as it is being typed. */
export interface ConnectionDraft {
  kind: ProxmoxKind
  name: string
  addresses: string
  tokenId: string
  secret: string
  trustBy: TrustBy
  pem: string
  /** SHA-256 of the certificates somebody compared and took. */
  sha256: readonly string[]
  /** Whether disks are asked how they are, which wakes those that sleep. */
  asksSmart: boolean
}

export const EMPTY_DRAFT: ConnectionDraft = {
  kind: 'pve',
  name: '',
  addresses: '',
  tokenId: '',
  secret: '',
  trustBy: 'fingerprint',
  pem: '',
  sha256: [],
  asksSmart: false,
}

/** A saved connection to be changed; its secret is not known here. */
export function draftOf({
  kind,
  name,
  addresses,
  token_id,
  trust,
  smart,
}: ProxmoxConnection): ConnectionDraft {
  return {
    ...{ kind, name, secret: '' },
    addresses: addresses.join(', '),
    tokenId: token_id,
    trustBy: trust.by,
    pem: trust.by === 'ca' ? trust.pem : '',
    sha256: trust.by === 'fingerprint' ? trust.sha256 : [],
    asksSmart: smart === true,
  }
}

/** As typed: separated by spaces, commas or lines. A whole URL is taken for the host in it. */
export function addressesOf(text: string): string[] {
  return text
    .split(/[\s,;]+/)
    .map((part) => part.replace(/^https?:\/\//i, '').replace(/\/.*$/, ''))
    .filter((part) => part !== '')
}

/** Whether enough is there to try it. */
export function isComplete(draft: ConnectionDraft, isNew: boolean): boolean {
  const isTrusted =
    draft.trustBy === 'public' || (draft.trustBy === 'ca' ? draft.pem.trim() !== '' : draft.sha256.length > 0)
  const hasSecret = !isNew || draft.secret.trim() !== ''
  return addressesOf(draft.addresses).length > 0 && draft.tokenId.trim() !== '' && hasSecret && isTrusted
}

/** What the hub is asked for. A secret that was left empty is left out: the stored one stays. */
export function inputOf(draft: ConnectionDraft): Omit<ProxmoxInput, 'secret'> & { secret?: string } {
  const secret = draft.secret.trim()
  return {
    kind: draft.kind,
    name: draft.name.trim(),
    addresses: addressesOf(draft.addresses),
    token_id: draft.tokenId.trim(),
    trust: trustOf(draft),
    ...(draft.kind === 'pve' ? { smart: draft.asksSmart } : {}),
    ...(secret === '' ? {} : { secret }),
  }
}

function trustOf({ trustBy, pem, sha256 }: ConnectionDraft): Trust {
  if (trustBy === 'public') return { by: 'public' }
  return trustBy === 'ca' ? { by: 'ca', pem } : { by: 'fingerprint', sha256: [...sha256] }
}
