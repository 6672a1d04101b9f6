import { afterAll, beforeAll, expect, test } from 'bun:test'
import { LumenError } from '@lumen/std/error'
import { frameOf, pushOf, startTestHub, type TestHub } from '../testing/test-hub.ts'

let t: TestHub
const now = Date.now()
const range = `from=${now - 60_000}&to=${now + 1_000}`
beforeAll(async () => {
  t = await startTestHub()
  await t.logIn()
  const { token } = await t.addHost('nas')
  const filesystem = { '/': { used_pct: 12.34 }, '/data': { used_pct: 50 } }
  await t.push(
    token,
    pushOf([{ ...frameOf(1, now), filesystem }], { events: [{ at: now - 500, type: 'stop' }] }),
  )
})
afterAll(() => t[Symbol.asyncDispose]())

const ask = async (query: string): Promise<Record<string, unknown>> => {
  const answer = await t.call('GET', `/api/query?${query}`)
  return { status: answer.status, ...((await answer.json()) as Record<string, unknown>) }
}
const keysOf = (answer: Record<string, unknown>) => (answer.series as { key: string }[]).map(({ key }) => key)

test('columns have one length, null where nothing is known, and values in their unit', async () => {
  const answer = await ask(`host=nas&metrics=filesystem.used_pct,host.cpu_pct&${range}`)
  const t0 = answer.t as number[]
  const series = answer.series as { key: string; unit: string; avg: (number | null)[]; max: unknown }[]
  expect(keysOf(answer)).toEqual(['/', '/data', ''])
  for (const { avg } of series) expect(avg).toHaveLength(t0.length)
  expect(series[0]).toMatchObject({ entity: 'filesystem', metric: 'used_pct', unit: 'percent', max: null })
  expect(series[0]?.avg.filter((value) => value !== null)).toEqual([12.34])
  expect(series[0]?.avg).toContain(null)
})

test('a key filters and the id works like the name', async () => {
  expect(keysOf(await ask(`host=1&metrics=filesystem.used_pct&key=%2Fdata&${range}`))).toEqual(['/data'])
  expect(keysOf(await ask(`host=1&metrics=filesystem.used_pct&key=*&${range}`))).toEqual(['/', '/data'])
})

test('gaps say their cause', async () => {
  t.tsdb.gaps = [{ from: now - 400, to: now }]
  const answer = await ask(`host=nas&metrics=host.cpu_pct&${range}`)
  t.tsdb.gaps = []
  expect(answer.gaps).toEqual([{ from: now - 400, to: now, cause: 'agent stopped' }])
})

test.each([
  [`host=nobody&metrics=host.cpu_pct&${range}`, 404, 'host_unknown'],
  [`host=nas&metrics=host.cpu_pct,host.nonsense&${range}`, 400, 'metric_unknown'],
  [`host=nas&metrics=,&${range}`, 400, 'metric_unknown'],
  ['host=nas&metrics=host.cpu_pct&from=5&to=5', 400, 'range_invalid'],
  ['host=nas&metrics=host.cpu_pct&from=-5&to=5', 400, 'range_invalid'],
  ['host=nas&metrics=host.cpu_pct&from=0&to=9000000000000', 400, 'range_invalid'],
  [`host=nas&metrics=host.cpu_pct&points=5&${range}`, 400, 'request_invalid'],
  [`metrics=host.cpu_pct&${range}`, 400, 'request_invalid'],
])('%s is %i %s', async (query, status, code) => {
  expect(await ask(query)).toMatchObject({ status, code })
})

test('an answer that would be too wide is refused before the store builds it', async () => {
  const { token } = await t.addHost('wide')
  const guest = Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`vm${n}`, { cpu_pct: 1 }]))
  await t.push(token, pushOf([{ ...frameOf(1, now), guest }]))
  let asked = 0
  const query = t.tsdb.query.bind(t.tsdb)
  t.tsdb.query = (wanted) => {
    asked += 1
    return query(wanted)
  }
  const wanted = 'host=wide&metrics=guest.cpu_pct,guest.mem_used_bytes&points=5000'
  const day = `${wanted}&from=${now - 86_400_000}&to=${now}`
  expect(await ask(day)).toMatchObject({ status: 400, code: 'answer_too_large' })
  expect(asked).toBe(0)
  expect(await ask(`${day}&key=vm7`)).toMatchObject({ status: 200 })
})

test('an answer the store finds too wide is the same refusal', async () => {
  const query = t.tsdb.query.bind(t.tsdb)
  t.tsdb.query = () => Promise.reject(new LumenError('answer_too_large', 'The answer has too many'))
  const answer = await ask(`host=nas&metrics=host.cpu_pct&${range}`)
  t.tsdb.query = query
  expect(answer).toMatchObject({ status: 400, code: 'answer_too_large' })
})

test('queries beyond those under way and in line are told to come back', async () => {
  const held = Promise.withResolvers<void>()
  const query = t.tsdb.query.bind(t.tsdb)
  t.tsdb.query = async (wanted) => {
    await held.promise
    return query(wanted)
  }
  const asked = Array.from({ length: 135 }, () => ask(`host=nas&metrics=host.cpu_pct&${range}`))
  const refused = await Promise.race(asked)
  expect(refused).toMatchObject({ status: 503, code: 'hub_busy' })
  held.resolve()
  const statuses = (await Promise.all(asked)).map(({ status }) => status)
  expect(statuses.filter((status) => status === 200)).toHaveLength(130)
})

test('events of a host come with its range, an unknown host is 404', async () => {
  const answer = await t.call('GET', '/api/hosts/1/events')
  const events = [{ at: now - 500, type: 'stop', detail: {} }]
  expect(await answer.json()).toEqual({ events, gaps: [] })
  t.tsdb.gaps = [{ from: now - 400, to: now }]
  const { gaps } = (await (await t.call('GET', '/api/hosts/1/events')).json()) as { gaps: unknown }
  t.tsdb.gaps = []
  expect(gaps).toEqual([{ from: now - 400, to: now, cause: 'agent stopped' }])
  expect((await t.call('GET', '/api/hosts/99/events')).status).toBe(404)
})
