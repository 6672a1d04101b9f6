import { createHmac } from 'node:crypto'
import { z } from 'zod'
import { channelKind } from '../channel-kind.ts'
import { optionalSecret, pairs, url } from '../form.ts'
import { resultOf } from '../http-send.ts'
import type { Message } from '../message/message.ts'

/** Set by us, or of the connection. */
const OWN_HEADERS = /^(host|content-.*|connection|transfer-encoding|idempotency-key|lumen-.*|authorization)$/i

const headersSchema = z
  .record(
    z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/, 'is no name of a header'),
    z
      .string()
      .max(1_024)
      .regex(/^[\t\x20-\x7e]*$/, 'may hold printable ASCII only'),
  )
  .refine((headers) => Object.keys(headers).length <= 20, 'may hold at most 20 headers')
  .refine((headers) => !Object.keys(headers).some((name) => OWN_HEADERS.test(name)), {
    error: 'must not hold Host, Content-*, Authorization (that is a secret), Idempotency-Key or Lumen-*',
  })

/** JSON to any address, as docs/reference/webhook.md describes it. */
export const webhook = channelKind({
  kind: 'webhook',
  settings: { url: url(), headers: pairs(headersSchema) },
  secrets: { authorization: optionalSecret(), signing_key: optionalSecret() },
  async send(message, { settings, secrets }, { http, clock, signal }) {
    const body = JSON.stringify(webhookBody(message))
    const at = Math.floor(clock.now() / 1_000)
    const headers: Record<string, string> = {
      ...settings.headers,
      'content-type': 'application/json',
      'idempotency-key': message.key,
    }
    if (secrets.authorization !== undefined) headers.authorization = secrets.authorization
    if (secrets.signing_key !== undefined) {
      headers['lumen-signature'] = signatureOf(body, at, secrets.signing_key)
    }
    return resultOf(await http.send({ url: settings.url, headers, body }, signal), 'The webhook')
  },
})

/** `t=<epoch s>,v1=<hex>`: HMAC-SHA256 under the key over `<epoch s>.<body>`. */
function signatureOf(body: string, epochS: number, key: string): string {
  const mac = createHmac('sha256', key).update(`${epochS}.${body}`).digest('hex')
  return `t=${epochS},v1=${mac}`
}

/** The same for every attempt, so that the key says all. */
function webhookBody(message: Message): Record<string, unknown> {
  return {
    version: 1,
    id: message.key,
    at: message.at,
    level: message.level,
    title: message.title,
    link: message.link,
    alerts: message.news.map(({ kind, at, alert }, index) => ({
      event: kind,
      at,
      text: alert.summary,
      link: message.items[index]?.link ?? null,
      id: alert.id,
      rule_id: alert.rule_id,
      rule: alert.rule,
      host_id: alert.host_id,
      host: alert.host,
      entity: alert.entity,
      key: alert.key,
      level: alert.level,
      metric: alert.metric,
      value: alert.value,
      threshold: alert.threshold,
      peak: alert.peak,
      fired_at: alert.fired_at,
      resolved_at: alert.resolved_at,
      resolve_reason: alert.resolve_reason,
      took_down: alert.took_down,
      changes: alert.changes,
    })),
  }
}
