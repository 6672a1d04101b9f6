import { createHash } from 'node:crypto'
import { z } from 'zod'
import { channelKind, type PushDevice, type SendContext, type SendResult } from '../channel-kind.ts'
import { shaped } from '../form.ts'
import { resultOf } from '../http-send.ts'
import { cutTo } from '../message/cut-to.ts'
import type { Message } from '../message/message.ts'
import { type Room, render } from '../message/render.ts'
import { PLAIN } from '../message/styles.ts'
import { redact } from '../redact.ts'
import { encryptPush } from '../web-push/encrypt-push.ts'
import { vapidHeader } from '../web-push/vapid.ts'

/** Every browser that asked for it, by its own push service. One that has the message is not sent it again when another
 * could not be reached; the topic makes a service, and the tag a browser, show a repetition once. */
export const webPush = channelKind({
  kind: 'web_push',
  settings: {
    contact: shaped(
      'text',
      z
        .string()
        .trim()
        .max(254)
        .regex(/^[^\s@<>"]{1,64}@[^\s@<>"]{1,190}$/, 'is no mail address such as you@example.org'),
    ),
  },
  secrets: {},
  async send(message, { settings }, context) {
    const devices = context.devices.list()
    if (devices.length === 0) return { kind: 'refused', fault: 'No browser has asked for web push' }
    const waiting = devices.filter(({ id }) => !context.done.includes(String(id)))
    const payload = Buffer.from(JSON.stringify(payloadOf(message)))
    const results = await Promise.all(
      waiting.map(async (device) => ({
        device,
        result: await sendTo(device, payload, message, `mailto:${settings.contact}`, context),
      })),
    )
    return sumOf(results, context.done)
  },
})

/** As the text stands in JSON, where a quote takes two bytes. */
const inJson = (most: number): Room => ({ most, size: (text) => Buffer.byteLength(JSON.stringify(text)) })
/** A phone that is off for longer hears of it from the page. */
const TTL_S = 24 * 3_600

/** What the service worker is given (web/public/sw.js). */
function payloadOf(message: Message): Record<string, unknown> {
  return {
    title: cutTo(message.title, inJson(400)),
    body: render({ ...message, link: null }, PLAIN, inJson(2_800)),
    tag: message.key,
    level: message.level,
    at: message.at,
    path: message.link === null ? '/' : new URL(message.link).pathname,
  }
}

type DeviceResult = SendResult | { kind: 'gone' }

async function sendTo(
  device: PushDevice,
  payload: Buffer,
  message: Message,
  contact: string,
  { http, clock, devices, signal }: SendContext,
): Promise<DeviceResult> {
  const service = new URL(device.endpoint).host
  let body: Buffer<ArrayBuffer>
  try {
    body = encryptPush(payload, device)
  } catch {
    await devices.forget(device.id)
    return { kind: 'gone' }
  }
  const { endpoint } = device
  const outcome = await http.send(
    {
      url: endpoint,
      headers: {
        authorization: vapidHeader({ endpoint, contact, ...devices.vapid(), now: clock.now() }),
        'content-encoding': 'aes128gcm',
        'content-type': 'application/octet-stream',
        ttl: String(TTL_S),
        urgency: message.level === 'critical' ? 'high' : 'normal',
        topic: createHash('sha256').update(message.key).digest('base64url').slice(0, 32),
      },
      body,
    },
    signal,
  )
  const status = outcome.kind === 'answer' ? outcome.answer.status : 0
  if (status === 404 || status === 410) {
    await devices.forget(device.id)
    return { kind: 'gone' }
  }
  // an endpoint is a secret, and a service may repeat it
  const result = resultOf(outcome, service)
  return result.kind === 'sent' ? result : { ...result, fault: redact(result.fault, [endpoint, device.auth]) }
}

/** Sent when every browser has it or never will; tried again for those that may still take it. */
function sumOf(
  results: readonly { device: PushDevice; result: DeviceResult }[],
  before: readonly string[],
): SendResult {
  const of = (kind: DeviceResult['kind']) => results.filter(({ result }) => result.kind === kind)
  const faults = results.flatMap(({ result }) => ('fault' in result ? [result.fault] : []))
  const reached = [...before, ...of('sent').map(({ device }) => String(device.id))]
  if (of('failed').length > 0) {
    const waits = results.flatMap(({ result }) =>
      result.kind === 'failed' && result.retryAfterMs !== undefined ? [result.retryAfterMs] : [],
    )
    const settled = [...of('refused'), ...of('gone')].map(({ device }) => String(device.id))
    return {
      kind: 'failed',
      fault: faults.join('; '),
      done: [...reached, ...settled],
      ...(waits.length > 0 && { retryAfterMs: Math.max(...waits) }),
    }
  }
  if (reached.length === 0) {
    return { kind: 'refused', fault: faults[0] ?? 'Every browser that asked for web push has taken it back' }
  }
  return faults.length === 0 ? { kind: 'sent' } : { kind: 'sent', note: faults.join('; ') }
}
