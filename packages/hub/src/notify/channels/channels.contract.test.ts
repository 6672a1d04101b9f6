import { describe, expect, test } from 'bun:test'
import { CHANNEL_KINDS, type ChannelKind } from '@lumen/protocol/http/channels'
import { systemClock } from '@lumen/std/clock'
import { decryptPush, testBrowser } from '@lumen/testkit/push-browser'
import {
  type RecordedRequest,
  type RecordingHttp,
  startRecordingHttp,
  testCertificate,
} from '@lumen/testkit/recording-http'
import { MESSAGE_KEY, sampleMessage } from '../../testing/sample-message.ts'
import type { PushDevices, SendResult } from '../channel-kind.ts'
import { checkChannel } from '../check-channel.ts'
import { KINDS } from '../kinds.ts'
import type { Message } from '../message/message.ts'
import { Sender } from '../sender.ts'

const BROWSER = testBrowser()
const HUB_KEYS = testBrowser()
const SECRETS = [
  's3cret-token-of-the-channel',
  '123456789:AAbbCCddEEffGGhhIIjjKKllMM',
  'T0AAAAAAA/B0BBBBBBB/sEcReTsEcReTsEcReT',
]
const [TOKEN, BOT_TOKEN, HOOK] = SECRETS as [string, string, string]

interface Case {
  settings: Record<string, unknown>
  secrets: Record<string, string>
  /** What people will read, of a request. */
  read(request: RecordedRequest): string
  /** Limits of the service that the request keeps. */
  keeps(request: RecordedRequest): void
}

type Json = Record<string, unknown>
const json = ({ text }: RecordedRequest) => JSON.parse(text) as Json
const texts = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : typeof value === 'object' && value !== null
      ? Object.values(value).map(texts).join('\n')
      : ''
const within = (value: unknown, most: number) => expect(String(value).length).toBeLessThanOrEqual(most)
const bytesWithin = (value: unknown, most: number) =>
  expect(Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value))).toBeLessThanOrEqual(
    most,
  )

const CASES: Record<Exclude<ChannelKind, 'email'>, (url: string) => Case> = {
  ntfy: (url) => ({
    ...{ settings: { server: url, topic: 'lumen' }, secrets: { token: TOKEN } },
    read: (request) => texts(json(request)),
    keeps(request) {
      bytesWithin(json(request).message, 4_096)
      expect(json(request).sequence_id).toBe(MESSAGE_KEY.replaceAll('-', ''))
    },
  }),
  gotify: (url) => ({
    ...{ settings: { server: url }, secrets: { app_token: TOKEN } },
    read: (request) => texts(json(request)),
    keeps: ({ path }) => expect(path).toBe('/message'),
  }),
  pushover: () => ({
    ...{
      settings: { critical_priority: 'emergency' },
      secrets: { app_token: TOKEN, user_key: `user-${TOKEN}` },
    },
    read: (request) => texts(json(request)),
    keeps(request) {
      within(json(request).title, 250)
      within(json(request).message, 1_024)
    },
  }),
  telegram: () => ({
    ...{ settings: { chat_id: '-100123', topic_id: 7 }, secrets: { bot_token: BOT_TOKEN } },
    read: (request) => unescapeHtml(String(json(request).text)),
    keeps(request) {
      within(json(request).text, 4_096)
      expect(unknownTags(String(json(request).text), ['b', 'a'])).toEqual([])
    },
  }),
  discord: (url) => ({
    ...{ settings: {}, secrets: { webhook_url: `${url}/api/webhooks/${HOOK}` } },
    read: (request) => texts(json(request)).replace(/\\|\u200b/g, ''),
    keeps(request) {
      const { embeds, allowed_mentions: mentions } = json(request) as {
        embeds: Json[]
        allowed_mentions: unknown
      }
      within(embeds[0]?.title, 256)
      within(embeds[0]?.description, 4_096)
      expect(mentions).toEqual({ parse: [] })
      expect(String(embeds[0]?.description)).not.toMatch(/@everyone|(?<!\\)\[click\]/)
    },
  }),
  slack: (url) => ({
    ...{ settings: {}, secrets: { webhook_url: `${url}/services/${HOOK}` } },
    read: (request) => texts(json(request)),
    keeps(request) {
      const { blocks, text } = json(request) as {
        blocks: { type: string; text: { type: string; text: string } }[]
        text: string
      }
      within(blocks[0]?.text.text, 150)
      within(blocks[1]?.text.text, 3_000)
      expect(blocks.slice(0, 2).map((block) => block.text.type)).toEqual(['plain_text', 'plain_text'])
      expect(text).not.toMatch(/[<>]/)
    },
  }),
  matrix: (url) => ({
    ...{ settings: { homeserver: url, room_id: '!abc:matrix.example' }, secrets: { access_token: TOKEN } },
    read: (request) => String(json(request).body),
    keeps(request) {
      bytesWithin(request.text, 60_000)
      expect(request.method).toBe('PUT')
      expect(request.path).toBe(
        `/_matrix/client/v3/rooms/!abc%3Amatrix.example/send/m.room.message/${MESSAGE_KEY}`,
      )
      expect(unknownTags(String(json(request).formatted_body), ['b', 'a', 'br'])).toEqual([])
    },
  }),
  teams: (url) => ({
    ...{ settings: {}, secrets: { webhook_url: `${url}/workflows/${HOOK}?sig=abcdefghijk` } },
    read: (request) => texts(json(request)).replace(/\\|\u200b/g, ''),
    keeps: (request) => bytesWithin(request.text, 28_000),
  }),
  webhook: (url) => ({
    settings: { url: `${url}/hook`, headers: { 'X-From': 'lumen' } },
    secrets: { authorization: `Bearer ${TOKEN}`, signing_key: `key-${TOKEN}` },
    read: (request) => texts(json(request)),
    keeps({ headers }) {
      expect(headers['idempotency-key']).toBe(MESSAGE_KEY)
      expect(headers['x-from']).toBe('lumen')
    },
  }),
  web_push: () => ({
    ...{ settings: { contact: 'me@home.example' }, secrets: {} },
    read: ({ body }) => texts(JSON.parse(decryptPush(body, BROWSER).toString())),
    keeps({ body, headers }) {
      bytesWithin(body.toString('latin1'), 2 * 4_096)
      expect(body.length).toBeLessThanOrEqual(4_096)
      expect(headers.topic).toMatch(/^[\w-]{32}$/)
    },
  }),
  apprise: (url) => ({
    ...{ settings: { server: url }, secrets: { urls: `gotify://home/${TOKEN}, ntfy://x/${HOOK}` } },
    read: (request) => texts(json(request)),
    keeps: ({ path }) => expect(path).toBe('/notify'),
  }),
}

const HTTP_KINDS = Object.keys(CASES) as (keyof typeof CASES)[]

async function send(
  kind: keyof typeof CASES,
  url: string,
  message: Message = sampleMessage([['fired']]),
  given: { timeoutMs?: number; ca?: string } = {},
): Promise<SendResult> {
  const { settings, secrets } = CASES[kind](url)
  const devices: PushDevices = {
    list: () => [{ id: 1, endpoint: `${url}/push/${HOOK}`, ...BROWSER.keys }],
    forget: async () => {},
    vapid: () => ({ publicKey: HUB_KEYS.keys.p256dh, privateKey: HUB_KEYS.privateKey }),
  }
  using sender = new Sender({
    ...{ clock: systemClock, devices, origins: { pushover: url, telegram: url } },
    ...{ timeoutMs: 30_000, ...given },
  })
  const channel = checkChannel({
    ...{ name: 'x', kind, is_enabled: true, is_default: true, least_level: 'warning' },
    ...{ settings, secrets },
  })
  const result = await sender.send({ ...channel, isLost: false }, message, [])
  expectNoSecret(result)
  return result
}

function expectNoSecret(result: SendResult): void {
  for (const secret of [...SECRETS, 'abcdefghijk', 'sEcReTsEcReT'])
    expect(JSON.stringify(result)).not.toContain(secret)
}

test('every kind of the protocol is there, in its order', () => {
  expect(KINDS.map(({ kind }) => kind)).toEqual([...CHANNEL_KINDS])
})

describe.each(HTTP_KINDS)('%s', (kind) => {
  test('brings what fired, rose, ended, and a burst', async () => {
    await using server = await startRecordingHttp()
    const burst = Array.from(
      { length: 30 },
      (_, n) => ['fired', { id: n + 1, host: `host${n}`, summary: `host${n} is down` }] as const,
    )
    const messages = [
      sampleMessage([['fired']]),
      sampleMessage([['raised', { level: 'critical' }]]),
      sampleMessage([['resolved']]),
      sampleMessage(burst),
    ]
    for (const message of messages) expect(await send(kind, server.url, message)).toEqual({ kind: 'sent' })
    const read = server.requests.map((request) => CASES[kind](server.url).read(request))
    for (const [index, word] of ['🟡 Warning', '🔴 Now critical', '🟢 Over', '(30)'].entries()) {
      expect(read[index]).toContain(word)
    }
    expect(read[0]).toContain('Filesystem /srv: Used is 93.4 %, above 90 %')
    expect(read[3]).toContain('host0 is down')
    for (const request of server.requests) CASES[kind](server.url).keeps(request)
  })

  test('keeps the limits of the service whatever things are called and however many there are', async () => {
    await using server = await startRecordingHttp()
    const evil = `@everyone <b>&amp;</b> [click](https://evil.example) *_~\`|\\ "' \r\n# ${'☂🔥'.repeat(200)}`
    const many = Array.from(
      { length: 400 },
      (_, n) => ['fired', { id: n, host: `${evil}${n}`, rule: evil, summary: `${n} ${evil}` }] as const,
    )
    for (const notices of [many, many.slice(0, 1)]) {
      expect(await send(kind, server.url, sampleMessage(notices))).toEqual({ kind: 'sent' })
    }
    const { read, keeps } = CASES[kind](server.url)
    for (const request of server.requests) keeps(request)
    if (kind !== 'webhook') expect(read(server.requests[0]!)).toMatch(/… and 3\d\d more/)
  })

  test('reads no more of an answer than it has to', async () => {
    await using server = await startRecordingHttp()
    const bytes = 256 * 1024 * 1024
    server.otherwise = { kind: 'flood', bytes }
    expect(await send(kind, server.url)).toEqual({ kind: 'sent' })
    expect(server.sentBytes()).toBeLessThan(bytes)
  })

  test('waits for no answer for ever', async () => {
    await using server = await startRecordingHttp()
    server.otherwise = { kind: 'hang' }
    const result = await send(kind, server.url, undefined, { timeoutMs: 300 })
    expect(result).toMatchObject({
      kind: 'failed',
      fault: expect.stringContaining('did not answer within 0.3 s'),
    })
  })

  test.each([301, 302, 303, 307, 308])('takes nothing to another host (%i)', async (status) => {
    await using server = await startRecordingHttp()
    await using other = await startRecordingHttp()
    server.otherwise = { kind: 'answer', status, headers: { location: `${other.url}/elsewhere?token=x` } }
    const result = await send(kind, server.url)
    expect(result).toMatchObject({
      kind: 'refused',
      fault: expect.stringContaining(`redirects to ${other.url},`),
    })
    expect(JSON.stringify(result)).not.toContain('elsewhere')
    expect(other.requests).toEqual([])
  })

  test('follows a redirect within its host that keeps the message, and no other, and not in circles', async () => {
    await using server = await startRecordingHttp()
    server.script({ kind: 'answer', status: 308, headers: { location: '/moved' } })
    expect(await send(kind, server.url)).toEqual({ kind: 'sent' })
    const [first, second] = server.requests
    expect(second).toMatchObject({ path: '/moved', method: first!.method })
    expect(second!.body.equals(first!.body)).toBe(true)
    server.script({ kind: 'answer', status: 302, headers: { location: '/moved' } })
    expect(await send(kind, server.url)).toMatchObject({ kind: 'refused' })
    server.otherwise = { kind: 'answer', status: 307, headers: { location: '/moved' } }
    expect(await send(kind, server.url)).toMatchObject({
      kind: 'refused',
      fault: expect.stringContaining('in circles'),
    })
  })

  test.each([408, 429, 500, 502, 503])('tries again after %i, when it is told to', async (status) => {
    await using server = await startRecordingHttp()
    server.otherwise = { kind: 'answer', status, headers: { 'retry-after': '7' } }
    expect(await send(kind, server.url)).toMatchObject({ kind: 'failed', retryAfterMs: 7_000 })
    expect(server.requests.length).toBe(1)
  })

  test.each([400, 401, 403, 413])('takes %i for an answer', async (status) => {
    await using server = await startRecordingHttp()
    server.otherwise = { kind: 'answer', status, body: '<h1>no</h1>' }
    expect(await send(kind, server.url)).toMatchObject({
      kind: 'refused',
      fault: expect.stringContaining(String(status)),
    })
  })

  test.each(['garbage', 'reset'] as const)('tries again after %s', async (behaviour) => {
    await using server = await startRecordingHttp()
    server.otherwise = { kind: behaviour }
    expect(await send(kind, server.url)).toMatchObject({ kind: 'failed' })
  })

  test('tries again when nobody is there', async () => {
    const url = await urlOfNobody()
    expect(await send(kind, url)).toMatchObject({
      kind: 'failed',
      fault: expect.stringContaining('cannot be reached'),
    })
  })

  test('says nothing to a server whose certificate nobody vouches for', async () => {
    await using server = await startRecordingHttp({ tls: true })
    expect(await send(kind, server.url)).toMatchObject({
      kind: 'failed',
      fault: expect.stringContaining('certificate'),
    })
    expect(server.requests).toEqual([])
    expect(await send(kind, server.url, undefined, { ca: testCertificate().cert })).toEqual({ kind: 'sent' })
  })

  test.each([400, 500])('shows no secret a server repeats (%i)', async (status) => {
    await using server = await startRecordingHttp()
    const echoes = [
      ({ path, headers }: RecordedRequest) =>
        `${path} ${headers.authorization ?? ''} ${headers['x-gotify-key'] ?? ''}`,
      ({ text }: RecordedRequest) => text,
      ({ path, text }: RecordedRequest) => `${'x'.repeat(270)}${path}${text.slice(text.indexOf(TOKEN))}`,
      ({ path }: RecordedRequest) =>
        JSON.stringify({ error: path, message: path, description: path, errors: [path] }),
      ({ path }: RecordedRequest) => encodeURIComponent(path),
    ]
    for (const echo of echoes) {
      server.otherwise = (request) => ({ kind: 'answer', status, body: echo(request) })
      expect((await send(kind, server.url)).kind).not.toBe('sent')
    }
    expect(server.requests.length).toBe(echoes.length)
  })
})

async function urlOfNobody(): Promise<string> {
  const server: RecordingHttp = await startRecordingHttp()
  await server[Symbol.asyncDispose]()
  return server.url
}

function unescapeHtml(text: string): string {
  return text
    .replace(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}

function unknownTags(html: string, known: string[]): string[] {
  return [...html.matchAll(/<\/?([a-z0-9]*)/gi)]
    .map(([, tag]) => tag ?? '')
    .filter((tag) => !known.includes(tag))
}
