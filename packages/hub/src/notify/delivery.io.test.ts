import { expect, test } from 'bun:test'
import { HOUR, MINUTE, SECOND } from '@lumen/model/time'
import type { ChannelSpec } from '@lumen/protocol/http/channels'
import { NotifyWorld } from '@lumen/testkit/notify-world'
import { type RecordingHttp, startRecordingHttp } from '@lumen/testkit/recording-http'
import { until } from '@lumen/testkit/until'
import { sampleNotice } from '../testing/sample-notice.ts'

const channel = (server: RecordingHttp, given: Partial<ChannelSpec> = {}): ChannelSpec => ({
  name: 'hook',
  kind: 'webhook',
  is_enabled: true,
  is_default: true,
  least_level: 'warning',
  settings: { url: `${server.url}/hook` },
  secrets: {},
  ...given,
})

interface Sent {
  id: string
  title: string
  alerts: { event: string; id: number }[]
}
const sentTo = (server: RecordingHttp) => server.requests.map(({ text }) => JSON.parse(text) as Sent)
const statesOf = async (w: NotifyWorld) =>
  (await w.notifications.deliveries.page({})).deliveries.map(({ state, attempts }) => ({ state, attempts }))

test('notices of a burst go in one message, once nothing came for ten seconds', async () => {
  await using server = await startRecordingHttp()
  await using w = await NotifyWorld.open()
  await w.notifications.channels.add(channel(server))
  for (let id = 1; id <= 20; id++) {
    await w.tell(sampleNotice('fired', { id, host: `h${id}` }))
    await w.pass(SECOND)
  }
  expect(server.requests.length).toBe(0)
  await w.pass(10 * SECOND)
  expect(sentTo(server)).toMatchObject([
    { title: '🟡 Warning: Disk is nearly full (20): h1, h2, h3 and 17 more' },
  ])
  expect(sentTo(server)[0]?.alerts.length).toBe(20)
  expect(await statesOf(w)).toEqual([{ state: 'sent', attempts: 1 }])
})

test('a burst that does not end is told after thirty seconds', async () => {
  await using server = await startRecordingHttp()
  await using w = await NotifyWorld.open()
  await w.notifications.channels.add(channel(server))
  for (let id = 1; id <= 31; id++) {
    await w.tell(sampleNotice('fired', { id }))
    await w.pass(SECOND)
  }
  expect(sentTo(server).length).toBe(1)
  expect(sentTo(server)[0]?.alerts.length).toBe(30)
})

test('what fires and ends within one message is one piece of news, and is not lost', async () => {
  await using server = await startRecordingHttp()
  await using w = await NotifyWorld.open()
  await w.notifications.channels.add(channel(server))
  await w.tell(sampleNotice('fired'))
  await w.pass(4 * SECOND)
  await w.tell(sampleNotice('resolved'))
  await w.pass(15 * SECOND)
  expect(sentTo(server)).toMatchObject([
    {
      title: '🟢 Was firing, is over: nas: Disk is nearly full (/srv)',
      alerts: [{ event: 'resolved', id: 1 }],
    },
  ])
})

test('a message that fails is sent again under the same key, later each time, and in order with the next', async () => {
  await using server = await startRecordingHttp()
  await using w = await NotifyWorld.open()
  await w.notifications.channels.add(channel(server))
  server.otherwise = { kind: 'answer', status: 500, body: 'no' }
  await w.tell(sampleNotice('fired'))
  await w.pass(10 * MINUTE)
  await w.tell(sampleNotice('resolved'))
  await w.pass(20 * MINUTE)
  expect(new Set(sentTo(server).map(({ id }) => id)).size).toBe(2)
  expect(w.notifications.failingChannels()).toMatchObject([
    { name: 'hook', fault: 'The webhook answered 500: no' },
  ])
  server.otherwise = { kind: 'answer' }
  const before = server.requests.length
  await w.pass(HOUR)
  expect(
    sentTo(server)
      .slice(before)
      .map(({ alerts }) => alerts[0]?.event),
  ).toEqual(['fired', 'resolved'])
  expect(w.notifications.failingChannels()).toEqual([])
  expect((await statesOf(w)).map(({ state }) => state)).toEqual(['sent', 'sent'])
})

test('what comes while a message fails gathers into one', async () => {
  await using server = await startRecordingHttp()
  await using w = await NotifyWorld.open()
  await w.notifications.channels.add(channel(server))
  server.script(...Array.from({ length: 3 }, () => ({ kind: 'answer', status: 503 }) as const))
  for (let id = 1; id <= 8; id++) {
    await w.tell(sampleNotice('fired', { id }))
    await w.pass(12 * SECOND)
  }
  await w.pass(5 * MINUTE)
  expect(
    sentTo(server)
      .slice(3)
      .map(({ alerts }) => alerts.length),
  ).toEqual([1, 7])
})

test('Retry-After is honoured', async () => {
  await using server = await startRecordingHttp()
  await using w = await NotifyWorld.open()
  await w.notifications.channels.add(channel(server))
  server.script({ kind: 'answer', status: 429, headers: { 'retry-after': '300' } })
  await w.tell(sampleNotice('fired'))
  await w.pass(300 * SECOND)
  expect(server.requests.length).toBe(1)
  await w.pass(30 * SECOND)
  expect(server.requests.length).toBe(2)
})

test('a refusal is final, can be seen and is sent once more on wish', async () => {
  await using server = await startRecordingHttp()
  await using w = await NotifyWorld.open()
  await w.notifications.channels.add(channel(server))
  const outcomes: string[] = []
  w.notifications.onAttempt = (outcome) => outcomes.push(outcome)
  server.script({ kind: 'answer', status: 500 }, { kind: 'answer', status: 404, body: 'no such hook' })
  await w.tell(sampleNotice('fired'))
  await w.pass(2 * HOUR)
  const [dead] = (await w.notifications.deliveries.page({ state: 'dead' })).deliveries
  expect(dead).toMatchObject({
    attempts: 2,
    fault: 'The webhook answered 404: no such hook',
    alert_ids: [1],
    next_at: null,
  })
  await w.notifications.retry(dead!.id)
  await w.work()
  expect(new Set(sentTo(server).map(({ id }) => id)).size).toBe(1)
  expect(outcomes).toEqual(['failed', 'given_up', 'sent'])
  expect(await statesOf(w)).toEqual([{ state: 'sent', attempts: 1 }])
  const again = await w.notifications.retry(dead!.id).catch((fault: unknown) => fault)
  expect(again).toMatchObject({ code: 'delivery_not_dead' })
})

test('a message nobody takes is given up after a day', async () => {
  await using server = await startRecordingHttp()
  await using w = await NotifyWorld.open()
  await w.notifications.channels.add(channel(server))
  server.otherwise = { kind: 'answer', status: 500 }
  await w.tell(sampleNotice('fired'))
  for (let hour = 0; hour < 40; hour++) {
    w.clock.advance(HOUR)
    await w.work()
  }
  await w.pass(15 * MINUTE)
  const [delivery] = (await w.notifications.deliveries.page({})).deliveries
  expect(delivery).toMatchObject({ state: 'dead', attempts: 40 })
})

test('a restart takes up what waits, in the outbox and half-sent, under the same key', async () => {
  await using server = await startRecordingHttp()
  await using w = await NotifyWorld.open()
  await w.notifications.channels.add(channel(server))
  server.otherwise = { kind: 'answer', status: 500 }
  await w.tell(sampleNotice('fired', { id: 1 }))
  await w.pass(12 * SECOND)
  await w.tell(sampleNotice('fired', { id: 2 }))
  await w.restart()
  server.otherwise = { kind: 'answer' }
  await w.pass(MINUTE)
  expect(sentTo(server).map(({ alerts }) => alerts[0]?.id)).toEqual([1, 1, 2])
  expect(sentTo(server)[1]?.id).toBe(sentTo(server)[0]!.id)
})

test.each([400 * 24 * HOUR, -400 * 24 * HOUR])('a clock that steps by %i ms holds nothing up', async (ms) => {
  await using server = await startRecordingHttp()
  await using w = await NotifyWorld.open()
  await w.notifications.channels.add(channel(server))
  server.script({ kind: 'answer', status: 500 })
  await w.tell(sampleNotice('fired'))
  w.clock.step(ms)
  await w.pass(12 * SECOND)
  w.clock.step(-2 * ms)
  await w.restart()
  await w.pass(HOUR)
  expect((await statesOf(w)).map(({ state }) => state)).toEqual(['sent'])
})

test('who heard that it began hears that it is over, nobody else', async () => {
  await using server = await startRecordingHttp()
  await using w = await NotifyWorld.open()
  const { channels } = w.notifications
  const url = (name: string) => ({ settings: { url: `${server.url}/${name}` }, name })
  await channels.add(channel(server, { ...url('all') }))
  await channels.add(channel(server, { ...url('grave'), least_level: 'critical' }))
  const named = await channels.add(channel(server, { ...url('named'), is_default: false }))
  await channels.add(channel(server, { ...url('off'), is_enabled: false }))
  await w.tell(sampleNotice('fired', { level: 'warning' }))
  await w.tell(sampleNotice('fired', { id: 2, level: 'critical' }, { channels: [named.id, 999] }))
  await w.tell(sampleNotice('fired', { id: 3, level: 'critical' }, { also: [named.id] }))
  await w.pass(15 * SECOND)
  const told = () =>
    server.requests.map(({ path, text }) => [path, (JSON.parse(text) as Sent).alerts.map(({ id }) => id)])
  expect(new Map(told() as [string, number[]][])).toEqual(
    new Map([
      ['/all', [3, 1]],
      ['/grave', [3]],
      ['/named', [2, 3]],
    ]),
  )
  server.requests.length = 0
  await channels.add(channel(server, { ...url('late') }))
  await w.tell(sampleNotice('resolved', { id: 1 }), sampleNotice('resolved', { id: 3, level: 'warning' }))
  await w.pass(15 * SECOND)
  expect(new Map(told() as [string, number[]][])).toEqual(
    new Map([
      ['/all', [1, 3]],
      ['/grave', [3]],
      ['/named', [3]],
    ]),
  )
})

test('a channel that is off keeps what waits, one that is deleted shows what nobody was told', async () => {
  await using server = await startRecordingHttp()
  await using w = await NotifyWorld.open()
  const { channels, deliveries } = w.notifications
  const { id } = await channels.add(channel(server))
  await w.tell(sampleNotice('fired'))
  await channels.change(id, channel(server, { is_enabled: false }))
  await w.pass(HOUR)
  expect(server.requests.length).toBe(0)
  await w.tell(sampleNotice('fired', { id: 2 }))
  await channels.change(id, channel(server))
  await w.pass(15 * SECOND)
  expect(sentTo(server).map(({ alerts }) => alerts.map((alert) => alert.id))).toEqual([[1]])

  await w.tell(sampleNotice('fired', { id: 3 }))
  await w.notifications.removeChannel(id)
  await w.pass(MINUTE)
  expect(server.requests.length).toBe(1)
  const [dead] = (await deliveries.page({ alert: 3 })).deliveries
  expect(dead).toMatchObject({
    state: 'dead',
    channel: 'hook',
    fault: 'Its channel was deleted',
    alert_ids: [3],
  })
  const again = await w.notifications.retry(dead!.id).catch((fault: unknown) => fault)
  expect(again).toMatchObject({ code: 'delivery_without_channel' })
})

test('ten thousand waiting notices are all told, in few messages', async () => {
  await using server = await startRecordingHttp()
  await using w = await NotifyWorld.open()
  await w.notifications.channels.add(channel(server))
  await w.tell(...Array.from({ length: 10_000 }, (_, id) => sampleNotice('fired', { id: id + 1 })))
  await w.pass(5 * MINUTE)
  const told = sentTo(server).flatMap(({ alerts }) => alerts.map(({ id }) => id))
  expect(new Set(told).size).toBe(10_000)
  expect(told.length).toBe(10_000)
  expect(server.requests.length).toBe(20)
})

test('old messages go, but not what says who must hear of an end', async () => {
  await using server = await startRecordingHttp()
  await using w = await NotifyWorld.open()
  await w.notifications.channels.add(channel(server))
  await w.db.run({
    sql: `INSERT INTO alerts (id, rule_id, entity, key, state, level, pending_at, detail)
            VALUES (1, 7, 'filesystem', '/', 'firing', 'warning', 0, '{}')`,
    values: [],
  })
  await w.tell(sampleNotice('fired', { id: 1 }), sampleNotice('fired', { id: 2 }))
  await w.pass(15 * SECOND)
  w.clock.advance(31 * 24 * HOUR)
  await w.notifications.deliveries.prune(w.clock.now())
  expect(await statesOf(w)).toEqual([])
  await w.tell(sampleNotice('resolved', { id: 1 }), sampleNotice('resolved', { id: 2 }))
  await w.pass(15 * SECOND)
  expect(
    sentTo(server)
      .at(-1)
      ?.alerts.map(({ id }) => id),
  ).toEqual([1])
})

test('a channel that fails is not told so itself, others are', async () => {
  await using server = await startRecordingHttp()
  await using w = await NotifyWorld.open()
  await w.notifications.channels.add(channel(server))
  await w.notifications.channels.add(
    channel(server, { name: 'other', settings: { url: `${server.url}/other` } }),
  )
  server.otherwise = ({ path }) => ({ kind: 'answer', status: path === '/hook' ? 500 : 200 })
  await w.tell(sampleNotice('fired', { id: 1 }))
  await w.pass(12 * MINUTE)
  expect(w.notifications.failingChannels()).toMatchObject([{ name: 'hook' }])
  await w.tell(sampleNotice('fired', { id: 2, host_id: null, host: 'Hub', entity: 'hub', key: 'hook' }))
  server.otherwise = { kind: 'answer' }
  await w.pass(HOUR)
  const told = server.requests.filter(({ text }) => (JSON.parse(text) as Sent).alerts[0]?.id === 2)
  expect(told.map(({ path }) => path)).toEqual(['/other'])
})

test('a message of another version that cannot be made is given up with that reason', async () => {
  await using server = await startRecordingHttp()
  await using w = await NotifyWorld.open()
  await w.notifications.channels.add(channel(server))
  for (const [key, body] of [
    ['a', '{"at":1,"answersTo":null,"news":[{"kind":"fired","at":1,"alert":{"id":1}}]}'],
    ['b', 'no JSON'],
  ]) {
    await w.db.run({
      sql: `INSERT INTO deliveries (channel_id, channel, idempotency_key, state, attempts, created_at, title, done, body)
              VALUES (1, 'hook', ?, 'waiting', 0, ?, 'x', '[]', ?)`,
      values: [key!, w.clock.now(), body!],
    })
  }
  await w.restart()
  await w.pass(MINUTE)
  expect((await w.notifications.deliveries.page({})).deliveries).toMatchObject([
    { state: 'dead', fault: 'It was written by another version' },
    { state: 'dead', fault: 'What is stored of it is no message this version can make' },
  ])
  await w.tell(sampleNotice('fired'))
  await w.pass(MINUTE)
  expect(server.requests).toHaveLength(1)
})

test('a disk that refuses for a while neither loses a message nor sends it twice', async () => {
  await using server = await startRecordingHttp()
  await using w = await NotifyWorld.open()
  await w.notifications.channels.add(channel(server))
  await w.tell(sampleNotice('fired'))
  const { run } = w.db
  let refusals = 0
  w.db.run = async (...batch) => {
    if (refusals-- > 0) throw new Error('disk full')
    return run(...batch)
  }
  refusals = 2
  await w.pass(40 * SECOND)
  expect(server.requests).toHaveLength(1)
  refusals = 0
  await w.tell(sampleNotice('resolved'))
  // written down, sent, and then the disk is full
  server.otherwise = () => {
    refusals = 3
    return { kind: 'answer' }
  }
  await w.pass(2 * MINUTE)
  expect(server.requests).toHaveLength(2)
  expect((await statesOf(w)).map(({ state }) => state)).toEqual(['sent', 'sent'])
})

test('a clean stop cuts off who does not answer, and the next run sends that again under its key', async () => {
  await using server = await startRecordingHttp()
  await using w = await NotifyWorld.open()
  await w.notifications.channels.add(channel(server))
  server.script({ kind: 'hang' })
  await w.tell(sampleNotice('fired'))
  w.clock.advance(11 * SECOND)
  w.notifications.tick()
  await w.notifications.settled()
  w.notifications.tick()
  await until('the request to arrive', () => server.requests.length === 1, { withinMs: 60_000, everyMs: 5 })
  await w.restart()
  expect(await statesOf(w)).toEqual([{ state: 'waiting', attempts: 0 }])
  await w.pass(MINUTE)
  expect(new Set(sentTo(server).map(({ id }) => id)).size).toBe(1)
  expect(await statesOf(w)).toEqual([{ state: 'sent', attempts: 1 }])
})

test('a service that asks for time gets it, whatever waits', async () => {
  await using server = await startRecordingHttp()
  await using w = await NotifyWorld.open()
  await w.notifications.channels.add(channel(server))
  server.otherwise = { kind: 'answer', status: 429, headers: { 'retry-after': '600' } }
  for (let id = 1; id <= 6; id++) {
    await w.tell(sampleNotice('fired', { id }))
    await w.pass(10 * MINUTE)
  }
  const [first] = sentTo(server)
  const before = server.requests.length
  expect(before).toBeLessThanOrEqual(6)
  await w.pass(9 * MINUTE)
  expect(server.requests.length).toBeLessThanOrEqual(before + 1)
  server.otherwise = { kind: 'answer' }
  await w.pass(20 * MINUTE)
  expect(first).toBeDefined()
  expect((await statesOf(w)).every(({ state }) => state === 'sent')).toBe(true)
})

test('a channel that refused everything fails on after a restart, until a test of it goes well', async () => {
  await using server = await startRecordingHttp()
  await using w = await NotifyWorld.open()
  const { id } = await w.notifications.channels.add(channel(server))
  server.otherwise = { kind: 'answer', status: 401 }
  await w.tell(sampleNotice('fired'))
  await w.pass(11 * MINUTE)
  expect(w.notifications.failingChannels()).toMatchObject([{ id }])
  await w.restart()
  expect(w.notifications.failingChannels()).toMatchObject([{ id, fault: 'The webhook answered 401' }])
  server.otherwise = { kind: 'answer' }
  const other = channel(server, { settings: { url: `${server.url}/other` } })
  expect(await w.notifications.test(id, other)).toMatchObject({ is_sent: true })
  expect(w.notifications.failingChannels()).toMatchObject([{ id }])
  expect(await w.notifications.test(id, channel(server))).toMatchObject({ is_sent: true })
  expect(w.notifications.failingChannels()).toEqual([])
})
