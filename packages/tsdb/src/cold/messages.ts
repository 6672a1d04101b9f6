import type { EntityName } from '@lumen/model/catalog'
import type { FileTicket } from '../hot/manifest.ts'
import type { MergeSource, ReplaceKind } from '../hot/messages.ts'
import type { ColdFile, ColdLevel } from './cold-file.ts'

export interface SealRequest {
  entity: EntityName
  /** Start of a UTC day, epoch ms. */
  day: number
  level: ColdLevel
  ticket: FileTicket
  /** Names of hosts now, by id. */
  hostNames: ReadonlyMap<number, string>
}

export interface MergeRequest {
  kind: ReplaceKind
  level: ColdLevel
  ticket: FileTicket
  sources: MergeSource[]
  hostNames: ReadonlyMap<number, string>
}

/** Everything the worker does, by name: request and answer. */
export interface ColdCalls {
  /** null: there was nothing to seal. */
  seal: [SealRequest, ColdFile | null]
  /** null: nothing was left. */
  merge: [MergeRequest, ColdFile | null]
  /** What is wrong with the file, null when nothing is. */
  verify: [{ file: ColdFile }, string | null]
}

export type ColdCall = keyof ColdCalls

/** The first message. */
export interface ColdStart {
  dir: string
  faultPoint: string | null
  /** Not 0: what is under way is to end soon, its result is not wanted. */
  stop: Int32Array<SharedArrayBuffer>
}

export interface ColdMessage<C extends ColdCall = ColdCall> {
  id: number
  call: C
  request: ColdCalls[C][0]
}

/** What a call wrote to disk. */
export interface ColdWear {
  bytes: number
  /** Files finished. */
  commits: number
  fsyncs: number
}

export type ColdReply = { id: number; wear: ColdWear } & (
  | { ok: true; answer: unknown }
  | { ok: false; code: string; message: string }
)
