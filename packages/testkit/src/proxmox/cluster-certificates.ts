import { type Certificate, CertificateAuthority } from './certificates.ts'
import type { CertificateChange } from './script.ts'
import type { Timeline } from './timeline.ts'

/** Which certificate a node shows when: its first leaf, and one for each change of the script. Made when first asked
 * for, then the same for ever. */
export class ClusterCertificates {
  readonly authority = new CertificateAuthority()
  readonly #stranger = new CertificateAuthority('Somebody Else')
  readonly #first = new Map<string, Certificate>()
  readonly #later = new Map<CertificateChange, Map<string, Certificate>>()

  of(node: string, timeline: Timeline, ms: number): Certificate {
    const change = timeline
      .events('certificate')
      .findLast((event) => ms >= event.at && (event.node === undefined || event.node === node))
    const made =
      change === undefined ? this.#first : (this.#later.get(change) ?? new Map<string, Certificate>())
    if (change !== undefined) this.#later.set(change, made)
    const known = made.get(node) ?? this.#issue(node, timeline, change)
    made.set(node, known)
    return known
  }

  #issue(node: string, timeline: Timeline, change: CertificateChange | undefined): Certificate {
    const address = timeline.spec.nodes.find(({ name }) => name === node)?.address
    const names = [
      '127.0.0.1',
      '::1',
      'localhost',
      node,
      `${node}.lan`,
      ...(address === undefined ? [] : [address]),
    ]
    const authority = change?.by === 'stranger' ? this.#stranger : this.authority
    return authority.issue({
      commonName: `${node}.lan`,
      names,
      ...(change?.notBeforeMs !== undefined && { notBeforeMs: change.notBeforeMs }),
      ...(change?.notAfterMs !== undefined && { notAfterMs: change.notAfterMs }),
    })
  }
}
