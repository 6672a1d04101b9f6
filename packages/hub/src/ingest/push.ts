import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Sample } from '@lumen/model/sample'
import { MINUTE, SECOND } from '@lumen/model/time'
import type { Ack, RefusedFrame } from '@lumen/protocol/agent/ack'
import { decodeFrame } from '@lumen/protocol/agent/decode-frame'
import type { AgentEvent } from '@lumen/protocol/agent/events'
import type { PushEnvelope } from '@lumen/protocol/agent/push'
import type { Clock } from '@lumen/std/clock'
import type { Tsdb } from '@lumen/tsdb/api'
import type { Rollout } from '../downloads/rollout.ts'
import type { HostRecord } from '../hosts/host-record.ts'
import type { HostRegistry } from '../hosts/host-registry.ts'
import { policyOf } from '../hosts/host-wishes.ts'
import type { PresenceBoard } from '../hosts/presence-board.ts'
import type { ProfileKeeper } from '../hosts/profile-keeper.ts'
import type { RivalAgents } from '../hosts/rival-agents.ts'
import { Refusal, tooMany } from '../refusal.ts'
import type { Settings } from '../settings/settings.ts'
import type { Counters } from '../telemetry/counters.ts'
import { admit } from './admission.ts'
import { BacklogRoom } from './backlog-room.ts'
import { parseEnvelope } from './envelope.ts'
import { type Caller, tokenEnded } from './gate.ts'
import type { StoreQuota } from './store-quota.ts'

export interface IngestParts {
  tsdb: Tsdb
  registry: HostRegistry
  presence: PresenceBoard
  rivals: RivalAgents
  profiles: ProfileKeeper
  settings: Settings
  counters: Counters
  quota: StoreQuota
  rollout: Rollout
  clock: Clock
  epoch: string
  /** First-hand readings, newest last, for the live stream. */
  onSamples(hostId: number, samples: readonly Sample[]): void
  /** A host's list entry changed in any way. */
  onContact(hostId: number): void
}

/** Frames checked before other requests get their turn. */
const FRAMES_A_TURN = 100
/** Ranges an ack names, the newest; an honest stream has a handful. Frames it leaves out stay with the agent. */
const MOST_RANGES = 1_000
/** A stop and the last reading before it are stamped by one clock, but rounded. */
const STOP_SLACK_MS = SECOND
/** An event this far ahead of the hub's clock is from a wrong clock. */
const EVENT_AHEAD_MS = 5 * MINUTE

/** Takes one native push: good frames in, bad ones reported by name.
 * @throws {Refusal} 400/413 for an unusable envelope, 422 `frames_rejected` when nothing at all could be taken,
 *   401 when the token ends meanwhile, 429 `push_rate` when the host makes the store remember too much,
 *   429 `backlog_waits` for late frames while many wait for the disk */
export async function takePush(
  parts: IngestParts,
  caller: Caller,
  receivedAt: number,
  body: unknown,
): Promise<Ack> {
  const { tsdb, registry, counters, quota, clock, settings } = parts
  const { host, tokenHash } = caller
  const { envelope, faults } = parseEnvelope(body)
  const backlog = new BacklogRoom(tsdb, clock.now())
  const rejected: RefusedFrame[] = faults.map(({ path, message }) => ({
    seq: null,
    reason: `${path}: ${message}`,
  }))
  const errors = [...faults]
  for (const { path } of faults) counters.add('push_parts_dropped', path.split(/[.[]/)[0])

  const stream = envelope.agent.stream
  const isStored = () => tsdb.durableRanges(host.id, stream).length > 0
  const firstHand: Sample[] = []
  let accepted = 0
  let duplicate = 0
  let leftOut = 0
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
    const waitS = quota.waitS(host.id, stream, sample.seq, isStored)
    if (waitS > 0) throw tooMany('push_rate', 'Too many new streams or jumps in seq', waitS)
    backlog.check(sample)
    const admission = admit(tsdb, host.id, stream, sample, clock.now())
    if (admission.kind === 'refused') {
      refuse(sample.seq, index, admission.path, admission.message, admission.code)
      continue
    }
    quota.stored(host.id, stream, sample.seq, admission.kind, isStored)
    if (admission.kind === 'duplicate') {
      duplicate += 1
      counters.add('frames_duplicate')
    } else {
      accepted += 1
      counters.add('frames_accepted')
      leftOut += admission.leftOut
      if (parts.presence.isFirstHand(host.id, sample.ts)) firstHand.push(sample)
    }
  }

  if (leftOut > 0) {
    rejected.push({ seq: null, reason: `${leftOut} rows left out, the host has too many series` })
    counters.add('push_parts_dropped', 'rows', leftOut)
  }
  const isRefused = accepted + duplicate === 0 && rejected.length > 0
  if (!isRefused) {
    const sent = envelope.events ?? []
    const events = sent.filter((event) => quota.takeEvent(host.id, event))
    if (events.length < sent.length) {
      const reason = `events: ${sent.length - events.length} left out, the host sends too many`
      rejected.push({ seq: null, reason })
      counters.add('push_parts_dropped', 'events', sent.length - events.length)
    }
    if (events.length > 0) tsdb.appendEvents(host.id, placeEvents(events, clock.now()))
    parts.rollout.heard(host.id, events)
    parts.profiles.learn(host, {
      protocol: 'native',
      agentVersion: envelope.agent.version,
      intervalMs: intervalOf(firstHand) ?? host.intervalMs ?? policyOf(settings.policy, host).interval_ms,
      facts: envelope.facts ?? host.facts,
    })
    noteRun(parts, host, envelope.agent)
    parts.presence.heard(host, {
      clockOffsetMs: envelope.agent.sent_at - receivedAt,
      isStopped: endsWithStop(sent, parts.presence.newestReading(host.id)),
    })
    if (firstHand.length > 0) parts.onSamples(host.id, firstHand)
    parts.onContact(host.id)
  }
  counters.add('pushes', 'native')
  const update = isRefused ? undefined : parts.rollout.offerFor(host)
  const ack: Ack = {
    accepted,
    duplicate,
    rejected,
    durable: tsdb.durableRanges(host.id, stream).slice(-MOST_RANGES),
    epoch: parts.epoch,
    time: clock.now(),
    replay_from: tsdb.replayFrom(host.id, stream),
    policy: policyOf(settings.policy, host),
    ...(update !== undefined && { update }),
  }
  if (!isRefused) return ack
  throw new Refusal(422, 'frames_rejected', describe(errors), {
    errors: errors.slice(0, 100),
    extra: ack,
  })
}

/** A clean stop is the agent's last word: nothing it says after it in the same push starts it again. One from before
 * the newest reading is history that arrives late. */
function endsWithStop(events: readonly AgentEvent[], newestReading: number): boolean {
  const last = events.filter(({ type }) => type === 'stop' || type === 'start').at(-1)
  return last?.type === 'stop' && last.at >= newestReading - STOP_SLACK_MS
}

/** Says so in the ledger when two agents push for one host. */
function noteRun(
  { rivals, tsdb, clock }: IngestParts,
  { id: hostId, intervalMs }: HostRecord,
  agent: PushEnvelope['agent'],
): void {
  const run = { stream: agent.stream, boot: agent.boot ?? '' }
  const found = rivals.heard(hostId, run, intervalMs ?? 0)
  if (found === undefined) return
  const detail = {
    streams: found.map(({ stream }) => stream).join(' '),
    boots: [...new Set(found.map(({ boot }) => boot))].join(' '),
  }
  tsdb.appendEvents(hostId, [{ at: clock.now(), type: 'rivals', detail }])
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
