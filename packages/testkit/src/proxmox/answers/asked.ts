import type { Rights } from '../access.ts'
import type { GuestBackup } from '../backups.ts'
import type { Certificate } from '../certificates.ts'
import type { GuestSpec, NodeSpec } from '../cluster-spec.ts'
import type { Timeline } from '../timeline.ts'
import type { Truth } from '../truth.ts'

/** A call that was found, let in and passed on: what an answer is made from. */
export interface Asked {
  /** True time, epoch ms; a node's own clock may differ. */
  now: number
  truth: Truth
  timeline: Timeline
  major: 8 | 9
  /** Who answers: sees the cluster its own way. */
  viewer: NodeSpec
  /** Who is asked about; the viewer where the call names no node. */
  target: NodeSpec
  /** Of path and query together. */
  parameters: Readonly<Record<string, string>>
  rights: Rights
  /** Whose token it is, `USER@REALM!TOKENID`. */
  tokenId: string
  /** What the node shows at this time. */
  certificateOf: (node: string) => Certificate
  /** Of a backup server: what lies in a datastore, newest first. */
  backupsIn: (datastore: string) => readonly GuestBackup[]
}

/** Data of one call. @throws {ApiFault} */
export type Answer = (asked: Asked) => unknown

/** An answer that is an error, with pveproxy's status and words. */
export class ApiFault extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** How long other nodes remember what a lost one said last, ms (`max_age` of pmxcfs). */
const REMEMBERED_MS = 5 * 60_000

/** The time the viewer's picture of a node is of; undefined once it has forgotten. */
export function seenAt({ timeline, truth, viewer, now }: Asked, node: string): number | undefined {
  const lostSince = timeline.lostSince(viewer.name, node, now)
  if (lostSince === undefined) return truth.lastRound(node, now)
  return now - lostSince > REMEMBERED_MS ? undefined : truth.lastRound(node, lostSince - 1)
}

/** Epoch seconds as the node's clock has it. */
export function nodeSeconds({ timeline }: Asked, node: string, ms: number): number {
  return Math.floor(timeline.nodeClock(node, ms) / 1_000)
}

/** The guest a path names, if its configuration lies on the target. */
export function askedGuest({ timeline, target, parameters, now }: Asked, type: GuestSpec['type']): GuestSpec {
  const vmid = Number(parameters.vmid)
  const guest = timeline.guestsOf(target.name, now).find((each) => each.vmid === vmid && each.type === type)
  if (guest !== undefined) return guest
  const folder = type === 'qemu' ? 'qemu-server' : 'lxc'
  const node = timeline.nodeName(target.name, now)
  throw new ApiFault(500, `Configuration file 'nodes/${node}/${folder}/${vmid}.conf' does not exist`)
}

/** A value of 0 to 1 with the digits a Perl number prints. */
export const share = (value: number | undefined): number => Number((value ?? 0).toPrecision(15))
