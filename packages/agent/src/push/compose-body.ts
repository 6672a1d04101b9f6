import type { AgentEvent } from '@lumen/protocol/agent/events'
import type { PushEnvelope } from '@lumen/protocol/agent/push'
import { PROTOCOL_VERSION } from '@lumen/protocol/version'
import type { RetainedFrame } from '../retain.ts'
import { toEpochMs } from './instant.ts'
import type { Extras } from './outbox.ts'

/** The JSON text of one push; every frame must have its `ts`, and the hub's time be known where there are events. */
export function composeBody(
  agent: PushEnvelope['agent'],
  extras: Extras,
  frames: readonly RetainedFrame[],
  toHubTime: (steady: number) => number,
): string {
  const events: AgentEvent[] = extras.events.map(({ at, type, detail }) => ({
    at: toEpochMs(at, toHubTime),
    type,
    detail,
  }))
  for (const drop of extras.drops) {
    const { frames, cause } = drop
    const from = toEpochMs(drop.from, toHubTime)
    const to = toEpochMs(drop.to, toHubTime)
    events.push({ at: toEpochMs(drop.at, toHubTime), type: 'drop', detail: { frames, from, to, cause } })
  }
  let body = `{"protocol":${PROTOCOL_VERSION},"agent":${JSON.stringify(agent)}`
  if (extras.facts !== undefined) body += `,"facts":${JSON.stringify(extras.facts)}`
  if (events.length > 0) body += `,"events":${JSON.stringify(events)}`
  body += ',"frames":['
  for (let i = 0; i < frames.length; i += 1) {
    const frame = frames[i]!
    body += `${i === 0 ? '' : ','}{"seq":${frame.seq},"ts":${frame.ts},${frame.tail}`
  }
  return `${body}]}`
}
