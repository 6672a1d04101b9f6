import { expect, test } from 'bun:test'
import { frameOf, pushOf, startTestHub } from './testing/test-hub.ts'

test('setup, host, push, list, history and live stream work together over real sockets', async () => {
  await using t = await startTestHub()
  expect(t.hub.setupCode).not.toBeNull()
  expect(await (await t.call('GET', '/api/setup')).json()).toEqual({ needed: true, me: null })
  await t.logIn()
  const asked = await (await t.call('GET', '/api/setup')).json()
  expect(asked).toMatchObject({ needed: false, me: { username: expect.any(String) } })
  expect(t.hub.setupCode).toBeNull()
  const { id, token } = await t.addHost('nas')
  expect(token).toMatch(/^lum_[A-Za-z0-9_-]{60}$/)

  const messages: Record<string, unknown>[] = []
  const socket = new WebSocket(`${t.hub.url.replace('http', 'ws')}/api/live`, {
    headers: { cookie: t.cookie },
  } as unknown as string[])
  const seen = (type: string, topic: string) =>
    new Promise<Record<string, unknown>>((resolve) => {
      const look = () => {
        const found = messages.findIndex((message) => message.type === type && message.topic === topic)
        if (found >= 0) resolve(messages.splice(found, 1)[0]!)
        else socket.addEventListener('message', look, { once: true })
      }
      look()
    })
  socket.addEventListener('message', ({ data }) => messages.push(JSON.parse(String(data))))
  await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }))
  socket.send(JSON.stringify({ type: 'subscribe', topics: ['fleet', `host:${id}`] }))
  expect(await seen('snapshot', 'fleet')).toMatchObject({ hosts: [{ id, state: 'waiting', now: null }] })
  expect(await seen('snapshot', `host:${id}`)).toMatchObject({ host: { name: 'nas' }, frame: null })

  const now = Date.now()
  const answer = await t.push(token, pushOf([frameOf(1, now)], { facts: { os: 'Debian 12', cores: 4 } }))
  expect(answer.status).toBe(200)
  expect(await answer.json()).toMatchObject({
    accepted: 1,
    duplicate: 0,
    rejected: [],
    durable: [],
    epoch: t.hub.epoch,
    replay_from: null,
    policy: { interval_ms: 5_000 },
  })
  let update = await seen('update', `host:${id}`)
  while ((update.frames as unknown[]).length === 0) update = await seen('update', `host:${id}`)
  expect(update).toMatchObject({ frames: [{ ts: now, host: { cpu_pct: 12.5 } }] })
  expect(await seen('update', 'fleet')).toMatchObject({
    hosts: [{ id, state: 'up', now: { cpu_pct: 12.5 } }],
  })
  socket.close()

  const list = (await (await t.call('GET', '/api/hosts')).json()) as { hosts: unknown[] }
  expect(list.hosts).toMatchObject([
    { id, name: 'nas', state: 'up', reason: null, facts: { os: 'Debian 12' } },
  ])
  const history = await t.call(
    'GET',
    `/api/query?host=nas&metrics=host.cpu_pct&from=${now - 60_000}&to=${now + 1}`,
  )
  expect(history.status).toBe(200)
  const { series } = (await history.json()) as { series: { avg: (number | null)[] }[] }
  expect(series[0]?.avg.filter((value) => value !== null)).toEqual([12.5])
})

test('a push is told from which frame on the store lacks what it had taken', async () => {
  await using t = await startTestHub()
  await t.logIn()
  const { token } = await t.addHost('nas')
  t.tsdb.givenUpFrom = 7
  const answer = await t.push(token, pushOf([frameOf(9, Date.now())]))
  expect(await answer.json()).toMatchObject({ accepted: 1, replay_from: 7 })
})
