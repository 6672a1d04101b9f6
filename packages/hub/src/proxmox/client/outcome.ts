import type { ShownCertificate } from '@lumen/protocol/http/proxmox/certificate'
import type { BadRows } from './parse-answer.ts'

/** What became of one call. All of it is expected, so all of it is values. */
export type Outcome<T> =
  | {
      kind: 'ok'
      value: T
      bad: BadRows /** Server's clock less the hub's, ms. */
      clockOffsetMs: number | null
    }
  | Failure

export type Failure =
  /** The token is known but may not: which privilege, on what path. */
  | { kind: 'missing-right'; path: string; privilege: string }
  /** The server does not know the token, or not with this secret. */
  | { kind: 'bad-token'; said: string }
  /** The server answers, the node it would ask does not (595). No failed login. */
  | { kind: 'node-unreachable'; node: string | null }
  /** This version has no such call. */
  | { kind: 'not-there' }
  | { kind: 'hung'; afterMs: number }
  | { kind: 'too-big'; limitBytes: number }
  | { kind: 'not-json'; what: string }
  /** Nothing was sent, and nothing will be on this connection until a person confirms the new certificate. */
  | { kind: 'wrong-certificate'; address: string; shown: ShownCertificate | null; why: string }
  /** No address answers; each with its reason. */
  | { kind: 'unreachable'; reason: string }
  | { kind: 'failed'; status: number; said: string }
  /** It failed lately, so it was not tried: what failed. */
  | { kind: 'held-back'; after: Failure }

/** The failure in a sentence without a full stop, for people. */
export function failureText(failure: Failure): string {
  switch (failure.kind) {
    case 'missing-right':
      return `the token lacks ${failure.privilege} on ${failure.path}`
    case 'bad-token':
      return `the token is not accepted: ${failure.said}`
    case 'node-unreachable':
      return failure.node === null
        ? 'the node asked for does not answer its cluster'
        : `node ${failure.node} does not answer its cluster`
    case 'not-there':
      return 'this version has no such call'
    case 'hung':
      return `no answer within ${Math.round(failure.afterMs / 1_000)} s`
    case 'too-big':
      return `the answer is larger than ${Math.round(failure.limitBytes / 1024)} KiB`
    case 'not-json':
      return `the answer is ${failure.what}: is this the address of Proxmox?`
    case 'wrong-certificate':
      return `${failure.address} ${failure.why}; nothing was sent`
    case 'unreachable':
      return failure.reason
    case 'failed':
      return `answered ${failure.status}${failure.said === '' ? '' : `: ${failure.said}`}`
    case 'held-back':
      return failureText(failure.after)
  }
}

/** The failure behind one that was held back. */
export function rootOf(failure: Failure): Exclude<Failure, { kind: 'held-back' }> {
  return failure.kind === 'held-back' ? rootOf(failure.after) : failure
}
