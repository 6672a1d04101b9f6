import { afterAll, beforeAll, expect, test } from 'bun:test'
import { FakeClock } from '@lumen/testkit/fake-clock'
import { liveFrameOf } from '../../hosts/wire-readings.ts'
import { startTestHub, type TestHub } from '../../testing/test-hub.ts'

const clock = new FakeClock(Date.parse('2026-03-01T12:00:00.500Z'))
let t: TestHub
beforeAll(async () => {
  t = await startTestHub({ clock })
  await t.logIn()
})
afterAll(() => t[Symbol.asyncDispose]())

const snapshot = {
  host: 'ignored',
  ts: '2026-03-01T12:00:00.123456789Z',
  cpu_pct: 100.0000001,
  ram_pct: 41.5,
  swap_pct: 0,
  disk_pct: 70,
  load1: 0.5,
  load5: 0.4,
  load15: 0.3,
  net_rx_bps: 1200,
  net_tx_bps: 300,
  disk_r_bps: 0,
  disk_w_bps: 4096,
  temp_c: 51.5,
  cpu_per_core: [10.04, 200],
  containers: [
    {
      id: 'abc',
      name: 'nginx',
      image: 'nginx:1.27',
      state: 'running',
      cpu_pct: 0.3,
      mem_used_bytes: 7,
      mem_limit_bytes: 0,
    },
  ],
  system: {
    os: 'Debian 12',
    hostname: 'nas',
    primary_ip: '10.0.0.5',
    kernel: '6.1.0',
    arch: 'amd64',
    cpu_model: 'N100',
    virt_type: 'kvm',
    agent_version: '0.9.1',
    uptime_seconds: 3600,
  },
  gpus: [{ index: 0, name: 'T4', util_pct: 5, mem_used_mb: 1, mem_total_mb: 2, temp_c: 0 }],
  processes: [{ pid: 1, name: 'init', user: 'root', cpu_pct: 0.1, rss_mb: 12, cmd: '/sbin/init secret' }],
  new_thing: true,
}

async function ingest(token: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${t.hub.url}/api/ingest`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'user-agent': 'Go-http-client/1.1', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    redirect: 'manual',
  })
}

test('a snapshot becomes readings in our units, and its 204 has no body', async () => {
  const { id, token } = await t.addHost('older')
  const answer = await ingest(token, snapshot)
  expect([answer.status, await answer.text()]).toEqual([204, ''])
  const sample = t.tsdb.latest(id)!
  expect(sample.ts).toBe(Date.parse('2026-03-01T12:00:00.123Z'))
  expect(liveFrameOf(sample) as unknown).toEqual({
    ts: sample.ts,
    interval_ms: 5_000,
    host: {
      cpu_pct: 100,
      mem_pct: 41.5,
      swap_pct: 0,
      disk_pct: 70,
      load1: 0.5,
      load5: 0.4,
      load15: 0.3,
      net_rx_bytes_per_s: 1200,
      net_tx_bytes_per_s: 300,
      disk_read_bytes_per_s: 0,
      disk_write_bytes_per_s: 4096,
      temp_celsius: 51.5,
      uptime_s: 3600,
    },
    core: { 0: { cpu_pct: 10 }, 1: { cpu_pct: 100 } },
    container: {
      nginx: { id: 'abc', image: 'nginx:1.27', state: 'running', cpu_pct: 0.3, mem_used_bytes: 7 },
    },
    gpu: { 0: { name: 'T4', util_pct: 5, mem_used_bytes: 1_048_576, mem_total_bytes: 2_097_152 } },
    process: { 1: { name: 'init', user: 'root', pid: 1, cpu_pct: 0.1, rss_bytes: 12_582_912 } },
  })
  const host = await t.call('GET', `/api/hosts/${id}`)
  expect(await host.json()).toMatchObject({
    host: {
      state: 'up',
      protocol: 'v1',
      agent_version: '0.9.1',
      facts: { os: 'Debian 12', arch: 'x64', virt: 'kvm', hostname: 'nas', ips: ['10.0.0.5'] },
    },
  })
})

test('a first frame has unknown rates, a 0 temperature is unknown, a missing percentage is 0', async () => {
  const { id, token } = await t.addHost('older first')
  await ingest(token, { ts: '2026-03-01T12:00:00Z', cpu_pct: 3, temp_c: 0, net_rx_bps: 0, net_tx_bps: 0 })
  const { host } = liveFrameOf(t.tsdb.latest(id)!) as unknown as { host: Record<string, number> }
  expect(host).toEqual({ cpu_pct: 3, mem_pct: 0, swap_pct: 0, disk_pct: 0, load1: 0, load5: 0, load15: 0 })
})

test.each([
  [
    'a replayed frame of hours ago',
    { ...snapshot, ts: '2026-03-01T05:00:00+00:00' },
    1,
    '2026-03-01T05:00:00.000Z',
  ],
  ['a zone and no fraction', { ...snapshot, ts: '2026-03-01T13:59:00+02:00' }, 1, '2026-03-01T11:59:00.000Z'],
  [
    'a future frame, taken as read now',
    { ...snapshot, ts: '2026-03-01T15:00:00Z' },
    1,
    '2026-03-01T12:00:00.500Z',
  ],
  ['an unreadable time, taken as read now', { ...snapshot, ts: 'yesterday' }, 1, '2026-03-01T12:00:00.500Z'],
  ['a frame older than the store keeps', { ...snapshot, ts: '2020-01-01T00:00:00Z' }, 0, ''],
  [
    'wrong types everywhere',
    { ts: 5, cpu_pct: 'x', containers: {}, gpus: [1], system: [], processes: 'p' },
    1,
    '2026-03-01T12:00:00.500Z',
  ],
  ['not even an object', [1, 2], 0, ''],
])('%s is answered 204', async (name, body, kept, iso) => {
  const { id, token } = await t.addHost(name)
  const answer = await ingest(token, body)
  expect(answer.status).toBe(204)
  const samples = t.tsdb.samples.get(id) ?? []
  expect(samples.map(({ ts }) => new Date(ts).toISOString())).toEqual(kept === 1 ? [iso] : [])
})

test('a snapshot sent twice because its 204 was lost counts once', async () => {
  const { id, token } = await t.addHost('older twice')
  expect((await ingest(token, snapshot)).status).toBe(204)
  expect((await ingest(token, snapshot)).status).toBe(204)
  expect(t.tsdb.samples.get(id)).toHaveLength(1)
})

test('what it drops is counted', async () => {
  const before = t.hub.counters.get('values_dropped')
  const { token } = await t.addHost('older odd')
  await ingest(token, { ts: '2026-03-01T12:00:00Z', cpu_pct: 'x', load1: [] })
  expect(t.hub.counters.get('values_dropped') - before).toBe(2)
  expect(t.hub.counters.get('frames_rejected', 'too_old')).toBeGreaterThanOrEqual(1)
})

test('a body that is no JSON is 400, a wrong token 401, and nothing is ever redirected', async () => {
  const { token } = await t.addHost('older broken')
  expect((await ingest(token, '{"ts":')).status).toBe(400)
  expect((await ingest(`lum_${'A'.repeat(43)}`, snapshot)).status).toBe(401)
  for (const path of ['/api/ingest/', '/api//ingest']) {
    const answer = await fetch(t.hub.url + path, { method: 'POST', body: '{}', redirect: 'manual' })
    expect(answer.status).toBe(404)
  }
})

test('its policy call answers the interval as Go writes it', async () => {
  const { token } = await t.addHost('older policy')
  const policy = async () => {
    const answer = await fetch(`${t.hub.url}/api/agent/policy`, {
      headers: { authorization: `Bearer ${token}` },
    })
    return answer.json()
  }
  expect(await policy()).toEqual({ collection_interval: '5s' })
  await t.call('PUT', '/api/settings', { interval_ms: 1_500 })
  expect(await policy()).toEqual({ collection_interval: '1500ms' })
  await t.call('PUT', '/api/settings', { interval_ms: 5_000 })
  expect((await fetch(`${t.hub.url}/api/agent/policy`)).status).toBe(401)
})
