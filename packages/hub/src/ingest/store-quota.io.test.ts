import { afterAll, beforeAll, expect, test } from 'bun:test'
import { frameOf, pushOf, startTestHub, type TestHub } from '../testing/test-hub.ts'

let t: TestHub
beforeAll(async () => {
  t = await startTestHub()
  await t.logIn()
})
afterAll(() => t[Symbol.asyncDispose]())

/** A full push of frames of which none follows another. */
const jumps = (push: number) =>
  pushOf(Array.from({ length: 1_000 }, (_, n) => frameOf(2 * (1_000 * push + n) + 1, Date.now() - 1_000)))

test('a host that only ever jumps in seq is told to wait; others and its frames in order go on', async () => {
  const { token } = await t.addHost('leaked')
  const statuses: number[] = []
  for (let push = 0; push < 20; push++) statuses.push((await t.push(token, jumps(push))).status)
  expect(statuses.slice(0, 19)).toEqual(Array(19).fill(200))
  expect(statuses[19]).toBe(429)
  const refused = await t.push(token, jumps(20))
  expect(refused.status).toBe(429)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
  expect(await refused.json()).toMatchObject({ code: 'push_rate' })
  const other = await t.addHost('honest')
  expect((await t.push(other.token, pushOf([frameOf(1, Date.now())]))).status).toBe(200)
})

test('events past the allowance are left out and reported, the frames stay', async () => {
  const { id, token } = await t.addHost('talkative')
  const events = Array.from({ length: 1_000 }, (_, n) => ({
    at: Date.now() - n,
    type: 'collector',
    detail: { reason: 'x'.repeat(1_000) },
  }))
  const answer = await t.push(token, pushOf([frameOf(1, Date.now())], { events }))
  expect(answer.status).toBe(200)
  expect(await answer.json()).toMatchObject({
    accepted: 1,
    rejected: [{ seq: null, reason: 'events: 200 left out, the host sends too many' }],
  })
  expect(t.tsdb.storedEvents.get(id)).toHaveLength(800)
})

test('an older agent past its allowance still gets 204, and what it sent is counted as refused', async () => {
  const { token } = await t.addHost('older')
  for (let push = 0; push < 20; push++) await t.push(token, jumps(push))
  for (let n = 0; n < 15; n++) {
    const answer = await fetch(`${t.hub.url}/api/ingest`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ ts: new Date(Date.now() - 5_000 * n).toISOString(), cpu_pct: 1 }),
    })
    expect(answer.status).toBe(204)
  }
  expect(t.hub.counters.get('frames_rejected', 'too_many_ranges')).toBeGreaterThan(0)
})
