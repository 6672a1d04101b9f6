import { afterAll, beforeAll, expect, test } from 'bun:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { openTsdb } from '@lumen/tsdb/open'
import { chunked, rawRequest } from '../testing/raw-request.ts'
import { frameOf, pushOf, startTestHub, type TestHub } from '../testing/test-hub.ts'

let t: TestHub
let token: string
let hostId: number

beforeAll(async () => {
  t = await startTestHub()
  await t.logIn()
  const host = await t.addHost('nas')
  token = host.token
  hostId = host.id
})
afterAll(() => t[Symbol.asyncDispose]())

const POST = 'POST /api/agent/push HTTP/1.1'
const problem = async (answer: Response) => ({
  ...((await answer.json()) as object),
  type: answer.headers.get('content-type'),
})
const post = (body: Uint8Array<ArrayBuffer> | string, headers: Record<string, string> = {}) =>
  fetch(`${t.hub.url}/api/agent/push`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, ...headers },
    body,
  })

test.each([
  ['no token', undefined, 'token_missing'],
  ['a malformed token', 'Bearer lum_short', 'token_unknown'],
  ['another scheme', 'Basic bHVtOng=', 'token_unknown'],
  ['an unknown token', `Bearer lum_${'A'.repeat(60)}`, 'token_unknown'],
])(
  '%s gets 401 at once, with a body that never ends still on its way',
  async (_name, authorization, code) => {
    const head = [POST, 'Transfer-Encoding: chunked']
    if (authorization !== undefined) head.push(`Authorization: ${authorization}`)
    const answer = await rawRequest(t.hub.port, head)
    expect(answer.status).toBe(401)
    expect(JSON.parse(answer.body)).toMatchObject({ status: 401, code })
    expect(answer.head.toLowerCase()).toContain('www-authenticate: bearer')
  },
)

test('an endless chunked body is cut off at 8 MiB', async () => {
  const piece = chunked('x'.repeat(64 * 1024))
  const head = [POST, 'Transfer-Encoding: chunked', `Authorization: Bearer ${token}`]
  const answer = await rawRequest(t.hub.port, head, () => piece)
  expect(answer.status).toBe(413)
  expect(JSON.parse(answer.body)).toMatchObject({ code: 'body_too_large' })
})

test('a body announced as 100 MB is refused before it is sent', async () => {
  const head = [POST, 'Content-Length: 100000000', `Authorization: Bearer ${token}`]
  const answer = await rawRequest(t.hub.port, head)
  expect(answer.status).toBe(413)
  expect(answer.sentBytes).toBe(0)
})

test('a body that stops arriving gets 408 when its time is over', async () => {
  await using impatient = await startTestHub({ deps: { bodyTimeoutMs: 50 } })
  await impatient.logIn()
  const { token: bearer } = await impatient.addHost('slow')
  const head = [POST, 'Content-Length: 1000', `Authorization: Bearer ${bearer}`]
  let isSent = false
  const answer = await rawRequest(impatient.hub.port, head, () => {
    if (isSent) return undefined
    isSent = true
    return '{"protocol":'
  })
  expect(answer.status).toBe(408)
  expect(JSON.parse(answer.body)).toMatchObject({ code: 'body_too_slow' })
})

test.each([
  ['zstd', zstdCompressSync(Buffer.alloc(300 * 1024 * 1024))],
  ['gzip', gzipSync(Buffer.alloc(50 * 1024 * 1024))],
])('a bomb in %s is 413', async (encoding, bomb) => {
  const answer = await post(new Uint8Array(bomb), { 'content-encoding': encoding })
  expect(answer.status).toBe(413)
  expect(await problem(answer)).toMatchObject({ code: 'body_too_large', type: 'application/problem+json' })
})

test.each([
  ['not JSON', '{"protocol":1,', 'json_malformed'],
  ['NaN', '{"protocol":NaN}', 'json_malformed'],
  ['bytes that are no text', new Uint8Array([0x22, 0xff, 0xfe, 0x22]), 'json_malformed'],
  ['nothing', '', 'json_malformed'],
  ['deep nesting', '['.repeat(4_000_000), 'json_too_deep'],
  ['a list of a million', `[${'1,'.repeat(1_000_000)}1]`, 'json_too_wide'],
  ['a list', '[]', 'push_malformed'],
  ['null', 'null', 'push_malformed'],
])('%s is a 400 problem', async (_name, body, code) => {
  const answer = await post(body)
  expect(answer.status).toBe(400)
  expect(await problem(answer)).toMatchObject({ code, status: 400, type: 'application/problem+json' })
})

test.each([
  [{ protocol: 'one' }, 'protocol'],
  [{ agent: undefined }, 'agent'],
  [{ agent: { version: '1', stream: '', sent_at: 1 } }, 'agent.stream'],
  [{ agent: { version: '1', stream: 's', sent_at: 'now' } }, 'agent.sent_at'],
  [{ frames: {} }, 'frames'],
])('an envelope with %o is a 400 problem naming %s', async (change, path) => {
  const answer = await post(JSON.stringify({ ...pushOf([]), ...change }))
  expect(answer.status).toBe(400)
  expect(await problem(answer)).toMatchObject({ code: 'push_malformed', errors: [{ path }] })
})

test('more than 1,000 frames are 413 and name the limit', async () => {
  const answer = await post(JSON.stringify(pushOf(Array.from({ length: 1_001 }, () => 0))))
  expect(answer.status).toBe(413)
  expect(await problem(answer)).toMatchObject({ code: 'too_many_frames', errors: [{ path: 'frames' }] })
})

const manyFilesystems = Object.fromEntries(
  Array.from({ length: 10_000 }, (_, n) => [`/m${n}`, { used_bytes: 1 }]),
)

test.each<[string, (ts: number) => Record<string, unknown>, string]>([
  ['a wrong type', (ts) => frameOf(1, ts, { cpu_pct: 'high' }), 'frames[0].host.cpu_pct'],
  ['a negative counter', (ts) => frameOf(1, ts, { mem_used_bytes: -1 }), 'frames[0].host.mem_used_bytes'],
  ['too large a value', (ts) => frameOf(1, ts, { cpu_pct: 250 }), 'frames[0].host.cpu_pct'],
  [
    '10,000 filesystems',
    (ts) => ({ ...frameOf(1, ts), filesystem: manyFilesystems }),
    'frames[0].filesystem',
  ],
  ['a time in 1970', () => frameOf(1, 5), 'frames[0].ts'],
  ['a time tomorrow', (ts) => frameOf(1, ts + 86_400_000), 'frames[0].ts'],
  ['no frame at all', () => 7 as unknown as Record<string, unknown>, 'frames[0]'],
])('%s alone is 422 naming the field, with the ack beside it', async (_name, frame, path) => {
  const answer = await post(JSON.stringify(pushOf([frame(Date.now())])))
  expect(answer.status).toBe(422)
  expect(await problem(answer)).toMatchObject({
    code: 'frames_rejected',
    errors: [{ path }],
    accepted: 0,
    rejected: [{ reason: expect.any(String) }],
    epoch: t.hub.epoch,
    policy: { interval_ms: 5_000 },
  })
})

test('good frames of a push with bad ones are kept, the bad ones reported by seq', async () => {
  const now = Date.now()
  const frames = [
    frameOf(101, now - 2_000, { cpu_pct: 1 }),
    frameOf(102, now - 1_000, { cpu_pct: -4 }),
    { ...frameOf(103, now - 1_000), filesystem: manyFilesystems },
    frameOf(104, now, { cpu_pct: 2 }),
  ]
  const answer = await post(JSON.stringify(pushOf(frames)))
  expect(answer.status).toBe(200)
  expect(await answer.json()).toMatchObject({
    accepted: 2,
    rejected: [
      { seq: 102, reason: 'host.cpu_pct: is -4, wanted 0 to 100' },
      { seq: 103, reason: expect.stringContaining('filesystem') },
    ],
  })
  expect(t.tsdb.samples.get(hostId)?.map(({ seq }) => seq)).toEqual(expect.arrayContaining([101, 104]))
})

test('bad facts and events cost only themselves', async () => {
  const push = pushOf([frameOf(201, Date.now())], {
    facts: { cores: 'four' },
    events: [{ at: -1, type: 'start' }],
  })
  const answer = await post(JSON.stringify(push))
  expect(answer.status).toBe(200)
  const ack = (await answer.json()) as { accepted: number; rejected: { seq: null; reason: string }[] }
  expect(ack.accepted).toBe(1)
  expect(ack.rejected.map(({ reason }) => reason.split(':')[0])).toEqual(['facts.cores', 'events[0].at'])
})

test('facts and events with hundreds of members are left out: they would be in every answer about the host', async () => {
  const many = (length: number) => Object.fromEntries(Array.from({ length }, (_, n) => [`k${n}`, 'x']))
  const push = pushOf([frameOf(211, Date.now())], {
    facts: { os: 'x', collector_faults: many(65) },
    events: [{ at: Date.now(), type: 'x', detail: many(33) }],
  })
  const ack = (await (await post(JSON.stringify(push))).json()) as { rejected: { reason: string }[] }
  expect(ack).toMatchObject({ accepted: 1 })
  expect(ack.rejected.map(({ reason }) => reason)).toEqual([
    'facts.collector_faults: has more than 64 members',
    'events[0].detail: has more than 32 members',
  ])
})

test('an impossible clock is unknown, not a number no page can show', async () => {
  const push = JSON.stringify(pushOf([frameOf(212, Date.now())]))
  const answer = await post(push.replace(/"sent_at":\d+/, '"sent_at":1e300'))
  expect(answer.status).toBe(200)
  const { host } = (await (await t.call('GET', `/api/hosts/${hostId}`)).json()) as { host: unknown }
  expect(host).toMatchObject({ clock_offset_ms: null })
})

test('compressed pushes are taken', async () => {
  const body = (seq: number) => JSON.stringify(pushOf([frameOf(seq, Date.now())]))
  const zstd = await post(new Uint8Array(zstdCompressSync(body(301))), { 'content-encoding': 'zstd' })
  expect(await zstd.json()).toMatchObject({ accepted: 1 })
  const gzip = await post(new Uint8Array(gzipSync(body(302))), { 'content-encoding': 'gzip' })
  expect(await gzip.json()).toMatchObject({ accepted: 1 })
})

test('a push without frames only asks for the ack', async () => {
  const answer = await post(JSON.stringify(pushOf([])))
  expect(answer.status).toBe(200)
  expect(await answer.json()).toMatchObject({ accepted: 0, duplicate: 0, rejected: [] })
})

test('every refusal is counted by its reason', () => {
  expect(t.hub.counters.get('push_refusals', 'token_unknown')).toBeGreaterThanOrEqual(3)
  expect(t.hub.counters.get('push_refusals', 'body_too_large')).toBeGreaterThanOrEqual(3)
  expect(t.hub.counters.get('frames_rejected', 'malformed')).toBeGreaterThanOrEqual(5)
  expect(t.hub.counters.get('frames_rejected', 'too_old')).toBe(1)
  expect(t.hub.counters.get('frames_rejected', 'in_future')).toBe(1)
})

test('a rotated token gets 401, the new one is taken; after deletion neither is', async () => {
  const host = await t.addHost('short-lived')
  const status = async (bearer: string) => (await t.push(bearer, pushOf([]))).status
  expect(await status(host.token)).toBe(200)
  const rotated = await t.call('POST', `/api/hosts/${host.id}/rotate`)
  const { token: fresh } = (await rotated.json()) as { token: string }
  expect(await status(host.token)).toBe(401)
  expect(await status(fresh)).toBe(200)
  expect((await t.call('DELETE', `/api/hosts/${host.id}`)).status).toBe(204)
  expect(await status(fresh)).toBe(401)
  expect(t.tsdb.deleted).toContain(host.id)
})

test('a push under way when its token is rotated is not taken', async () => {
  const host = await t.addHost('rotated-meanwhile')
  const body = JSON.stringify(pushOf([frameOf(1, Date.now())]))
  let part = 0
  const answer = await rawRequest(
    t.hub.port,
    [POST, `Content-Length: ${body.length}`, `Authorization: Bearer ${host.token}`],
    async () => {
      part += 1
      if (part === 1) return body.slice(0, 20)
      if (part > 2) return undefined
      await t.call('POST', `/api/hosts/${host.id}/rotate`)
      return body.slice(20)
    },
  )
  expect(answer.status).toBe(401)
  expect(t.tsdb.samples.get(host.id)).toBeUndefined()
})

test('thousands of mutated bodies get an answer each, and the hub goes on', async () => {
  const random = mulberry32(7)
  const original = JSON.stringify(
    pushOf(
      [{ ...frameOf(1, Date.now()), filesystem: { '/': { used_bytes: 1 } }, nic: { eth0: { state: 'up' } } }],
      {
        facts: { os: 'Debian', cores: 4 },
        events: [{ at: 1, type: 'start', detail: {} }],
      },
    ),
  )
  const tokens = await Promise.all([1, 2, 3, 4].map(async (n) => (await t.addHost(`fuzzed ${n}`)).token))
  const statuses = new Map<number, number>()
  for (let round = 0; round < 500; round++) {
    const batch = tokens.map((bearer) => t.push(bearer, mutate(original, random)))
    for (const answer of await Promise.all(batch)) {
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
      await answer.body?.cancel()
    }
  }
  for (const status of statuses.keys()) expect([200, 400, 413, 422]).toContain(status)
  expect(t.hub.counters.get('faults')).toBe(0)
  expect((await t.push(token, pushOf([]))).status).toBe(200)
})

/** Small repeatable random numbers, 0 to 1. */
function mulberry32(seed: number): () => number {
  let a = seed
  return () => {
    a = (a + 0x6d2b79f5) | 0
    let x = Math.imul(a ^ (a >>> 15), 1 | a)
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x
    return ((x ^ (x >>> 14)) >>> 0) / 4_294_967_296
  }
}

function mutate(text: string, random: () => number): string {
  let mutated = text
  for (let edits = 1 + Math.floor(random() * 4); edits > 0; edits--) {
    const at = Math.floor(random() * mutated.length)
    const length = Math.floor(random() * 8)
    const piece = PIECES[Math.floor(random() * PIECES.length)]!
    mutated = mutated.slice(0, at) + piece + mutated.slice(at + length)
  }
  return mutated
}

const PIECES = [
  '',
  '-',
  '9e999',
  'null',
  '"',
  '{',
  '}',
  '[',
  ']',
  ':',
  ',',
  '\\u0000',
  '1e308',
  '"__proto__":',
  '0.1',
]

test('a host with too many series loses new rows by number, never whole frames', async () => {
  await using full = await startTestHub({ deps: { openTsdb, tsdb: { maxSeriesPerHost: 2 } } })
  await full.logIn()
  const host = await full.addHost('ci')
  const now = Date.now() - 2_000
  const frame = (seq: number, ...names: string[]) => ({
    ...frameOf(seq, now + seq),
    container: Object.fromEntries(names.map((name) => [name, { cpu_pct: 1 }])),
  })
  const first = await full.push(host.token, pushOf([frame(1, 'a'), frame(2, 'b', 'c'), frame(3, 'd')]))
  expect(first.status).toBe(200)
  expect(await first.json()).toMatchObject({
    accepted: 3,
    rejected: [{ seq: null, reason: '3 rows left out, the host has too many series' }],
  })
  expect(full.hub.counters.get('push_parts_dropped', 'rows')).toBe(3)
})
