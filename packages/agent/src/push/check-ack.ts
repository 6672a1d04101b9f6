import type { Ack } from '@lumen/protocol/agent/ack'
import { isObject } from '@lumen/std/is-object'

/** Takes parsed JSON as an ack when it has an ack's shape, else undefined. Says the same as `ackSchema` (a test
 * holds it to that) without loading zod into the agent. Unknown members are ignored. */
export function checkAck(value: unknown): Ack | undefined {
  if (!isObject(value)) return undefined
  const { accepted, duplicate, rejected, durable, epoch, time, replay_from, policy, update } = value
  if (!isCount(accepted) || !isCount(duplicate)) return undefined
  if (typeof epoch !== 'string' || !Number.isSafeInteger(time)) return undefined
  if (replay_from !== null && !Number.isSafeInteger(replay_from)) return undefined
  if (!Array.isArray(rejected) || !rejected.every(isRefusal)) return undefined
  if (!Array.isArray(durable) || !durable.every(isRange)) return undefined
  if (!isPolicy(policy)) return undefined
  if (update !== undefined && !isUpdateOffer(update)) return undefined
  return {
    accepted,
    duplicate,
    rejected,
    durable,
    epoch,
    time: time as number,
    replay_from: replay_from as number | null,
    policy,
    ...(update === undefined ? {} : { update }),
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isRefusal(value: unknown): value is Ack['rejected'][number] {
  return (
    isObject(value) &&
    (value.seq === null || Number.isSafeInteger(value.seq)) &&
    typeof value.reason === 'string'
  )
}

function isRange(value: unknown): value is [number, number] {
  return Array.isArray(value) && value.length === 2 && value.every((end) => Number.isSafeInteger(end))
}

function isPolicy(value: unknown): value is Ack['policy'] {
  return (
    isObject(value) &&
    isCount(value.rev) &&
    Number.isSafeInteger(value.interval_ms) &&
    (value.interval_ms as number) >= 1_000 &&
    (value.interval_ms as number) <= 300_000 &&
    isObject(value.collectors) &&
    Object.entries(value.collectors).every(
      ([key, word]) => key.length <= 64 && typeof word === 'string' && word.length <= 64,
    )
  )
}

function isUpdateOffer(value: unknown): value is NonNullable<Ack['update']> {
  return (
    isObject(value) &&
    typeof value.version === 'string' &&
    value.version.length <= 64 &&
    typeof value.sha256 === 'string' &&
    /^[0-9a-f]{64}$/.test(value.sha256) &&
    isCount(value.bytes) &&
    value.bytes > 0
  )
}
