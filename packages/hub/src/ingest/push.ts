import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Sample } from '@lumen/model/sample'
import { MINUTE } from '@lumen/model/time'
import type { Ack, RefusedFrame } from '@lumen/protocol/agent/ack'
import { decodeFrame } from '@lumen/protocol/agent/decode-frame'
import type { AgentEvent } from '@lumen/protocol/agent/events'
import type { Clock } from '@lumen/std/clock'
import type { Tsdb } from '@lumen/tsdb/api'
import type { HostRegistry } from '../hosts/host-registry.ts'
import type { PresenceBoard } from '../hosts/presence-board.ts'
import type { ProfileKeeper } from '../hosts/profile-keeper.ts'
import { Refusal } from '../refusal.ts'
import type { Settings } from '../settings/settings.ts'
import type { Counters } from '../telemetry/counters.ts'
import { admit } from './admission.ts'
import { parseEnvelope } from './envelope.ts'
import { type Caller, tokenEnded } from './gate.ts'

export interface IngestParts {
  tsdb: Tsdb
  registry: HostRegistry
  presence: PresenceBoard
  profiles: ProfileKeeper
  settings: Settings
  counters: Counters
  clock: Clock
  epoch: string
  /** First-hand readings, newest last, for the live stream. */
  onSamples(hostId: number, samples: readonly Sample[]): void
  /** A host's list entry changed in any way. */
  onContact(hostId: number): void
}

/** Frames checked before other requests get their turn. */
const FRAMES_A_TURN = 100
/** An event this far ahead of the hub's clock is from a wrong clock. */
const EVENT_AHEAD_MS = 5 * MINUTE

/** Takes one native push: good frames in, bad ones reported by name.
 * @throws {Refusal} 400/413 for an unusable envelope, 422 `frames_rejected` when nothing at all could be taken,
 *   401 when the token ends meanwhile */
export async function takePush(
  parts: IngestParts,
  caller: Caller,
  receivedAt: number,
  body: unknown,
): Promise<Ack> {
  const { tsdb, registry, counters, clock, settings } = parts
  const { host, tokenHash } = caller
  const { envelope, faults } = parseEnvelope(body)
  const rejected: RefusedFrame[] = faults.map(({ path, message }) => ({
    seq: null,
    reason: `${path}: ${message}`,
  }))
  const errors = [...faults]
  for (const { path } of faults) counters.add('push_parts_dropped', path.split(/[.[]/)[0])

  const stream = envelope.agent.stream
  const firstHand: Sample[] = []
  let accepted = 0
  let duplicate = 0
  const refuse = (seq: number | null, index: number, path: string, message: string, why: string) => {
    rejected.push({ seq, reason: path === '' ? message : `${path}: ${message}` })
    errors.push({ path: path === '' ? `frames[${index}]` : `frames[${index}].${path}`, message })
    counters.add('frames_rejected', why)
  }
  for (let index = 0; index < envelope.frames.length; index++) {
    if (index > 0 && index % FRAMES_A_TURN === 0) {
      await nextTurn()
      if (!registry.isCurrent(host, tokenHash)) throw tokenEnded()
    }
    const decoded = decodeFrame(envelope.frames[index])
    if (decoded.kind === 'fault') {
      refuse(decoded.seq, index, decoded.path, decoded.message, 'malformed')
      continue
    }
    if (decoded.unknownFields > 0) counters.add('unknown_fields', '', decoded.unknownFields)
    const { sample } = decoded
    const admission = admit(tsdb, host.id, stream, sample, clock.now())
    if (admission.kind === 'refused') {
      refuse(sample.seq, index, admission.path, admission.message, admission.code)
    } else if (admission.kind === 'duplicate') {
      duplicate += 1
    } else {
      accepted += 1
      if (parts.presence.isFirstHand(host.id, sample.ts)) firstHand.push(sample)
    }
  }

  const isRefused = accepted + duplicate === 0 && rejected.length > 0
  if (!isRefused) {
    const events = envelope.events ?? []
    if (events.length > 0) tsdb.appendEvents(host.id, placeEvents(events, clock.now()))
    parts.profiles.learn(host, {
      protocol: 'native',
      agentVersion: envelope.agent.version,
      intervalMs: intervalOf(firstHand) ?? host.intervalMs ?? settings.intervalMs,
      facts: envelope.facts ?? host.facts,
    })
    parts.presence.heard(host, {
      clockOffsetMs: envelope.agent.sent_at - receivedAt,
      isStopped: endsWithStop(events),
    })
    if (firstHand.length > 0) parts.onSamples(host.id, firstHand)
    parts.onContact(host.id)
  }
  counters.add('pushes', 'native')
  counters.add('frames_accepted', '', accepted)
  counters.add('frames_duplicate', '', duplicate)
  const ack: Ack = {
    accepted,
    duplicate,
    rejected,
    durable: tsdb.durableRanges(host.id, stream),
    epoch: parts.epoch,
    time: clock.now(),
    replay_from: tsdb.replayFrom(host.id, stream),
    policy: settings.policy,
  }
  if (!isRefused) return ack
  throw new Refusal(422, 'frames_rejected', describe(errors), {
    errors: errors.slice(0, 100),
    extra: ack,
  })
}

/** A clean stop is the agent's last word: nothing it says after it in the same push starts it again. */
function endsWithStop(events: readonly AgentEvent[]): boolean {
  const last = events.filter(({ type }) => type === 'stop' || type === 'start').at(-1)
  return last?.type === 'stop'
}

function placeEvents(events: readonly AgentEvent[], now: number): AgentEvent[] {
  return events.map((event) => (event.at > now + EVENT_AHEAD_MS ? { ...event, at: now } : event))
}

function intervalOf(samples: readonly Sample[]): number | undefined {
  return samples.at(-1)?.intervalMs
}

function describe(errors: readonly { path: string; message: string }[]): string {
  const first = errors[0]
  const more = errors.length > 1 ? `, and ${errors.length - 1} more` : ''
  return first === undefined ? 'Nothing of this push could be taken' : `${first.path} ${first.message}${more}`
}
