import type { Ack } from '@lumen/protocol/agent/ack'
import type { WireReadings } from '@lumen/protocol/agent/frame'
import type { Policy } from '@lumen/protocol/agent/policy'
import type { Clock } from '@lumen/std/clock'
import type { Log } from '@lumen/std/log'
import type { SpoolConfig } from '../spool/lazy-spooler.ts'
import type { SpoolStatus } from '../spool/spooler.ts'
import type { HubTrust, PushTransport } from './http-push.ts'

/** A frame that got its final time, as it first went into a push. */
export interface StampedFrame {
  seq: number
  ts: number
  intervalMs: number
  readings: WireReadings
}

export interface UplinkOptions {
  hubUrl: string
  token: string
  clock: Clock
  log: Log
  agentVersion: string
  bootId?: string | undefined
  /** 0..1; injected so tests are repeatable. */
  random?: (() => number) | undefined
  /** Id of this run of frame numbers; random by default. */
  stream?: string | undefined
  maxRetainBytes?: number | undefined
  /** Where frames are kept while the hub does not answer; in memory only without it. */
  spool?: SpoolConfig | undefined
  /** How long frames are kept for a hub that restarts, besides those not on its disk yet. */
  replayWindowMs?: number | undefined
  tls?: HubTrust | undefined
  compress?: 'auto' | 'off' | undefined
  /** Machine uptime, sleep included, ms; lets the clock notice a suspend. */
  readUptimeMs?: (() => number | undefined) | undefined
  /** Replaces HTTP, in tests. */
  transport?: PushTransport | undefined
  onStamped?: ((frame: StampedFrame) => void) | undefined
  onPolicy?: ((policy: Policy) => void) | undefined
  onAck?: ((ack: Ack, latencyMs: number) => void) | undefined
}

export interface UplinkStatus {
  stream: string
  lastSeq: number
  /** `new` before the first answer. */
  contact: 'new' | 'ok' | 'failing'
  /** Why the last push failed, or null after a success. */
  fault: string | null
  epoch: string | null
  retainedFrames: number
  retainedBytes: number
  /** Frames no hub run has taken yet. */
  untakenFrames: number
  /** Frames not on the hub's disk yet. */
  undurableFrames: number
  /** Frames given up, by reason. */
  dropped: Readonly<Record<string, number>>
  lostEvents: number
  /** null without a spool. */
  spool: SpoolStatus | null
  pushes: number
  failures: number
  /** Hub time minus this machine's wall clock, ms; null before contact. */
  clockErrorMs: number | null
}
