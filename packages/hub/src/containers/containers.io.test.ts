import { afterAll, beforeAll, expect, test } from 'bun:test'
import { frameOf, pushOf, startTestHub, type TestHub } from '../testing/test-hub.ts'

let t: TestHub
beforeAll(async () => {
  t = await startTestHub()
  await t.logIn()
})
afterAll(() => t[Symbol.asyncDispose]())

test('containers of all hosts are listed as of their newest readings, unknown values left out', async () => {
  const nas = await t.addHost('nas')
  await t.addHost('without')
  const bare = await t.addHost('bare')
  const now = Date.now()
  const frame = (seq: number, container: Record<string, Record<string, unknown>>) => ({
    ...frameOf(seq, now - 10_000 + seq * 1_000),
    container,
  })
  await t.push(bare.token, pushOf([frameOf(1, now)]))
  await t.push(
    nas.token,
    pushOf([
      frame(1, { old: { state: 'running' } }),
      frame(2, {
        nginx: {
          id: 'abc123',
          image: 'nginx:1.27',
          state: 'running',
          health: 'healthy',
          cpu_pct: 0.31,
          mem_used_bytes: 78_643_200,
          restarts: 2,
          pids: 4,
        },
        db: { state: 'exited', cpu_pct: null },
      }),
    ]),
  )
  const answer = await t.call('GET', '/api/containers')
  expect(answer.status).toBe(200)
  const { hosts } = (await answer.json()) as { hosts: { containers: { name: string }[] }[] }
  for (const { containers } of hosts) containers.sort((a, b) => (a.name < b.name ? -1 : 1))
  expect(hosts as unknown).toEqual([
    {
      host: nas.id,
      ts: now - 8_000,
      containers: [
        { name: 'db', state: 'exited' },
        {
          name: 'nginx',
          state: 'running',
          health: 'healthy',
          image: 'nginx:1.27',
          cpu_pct: 0.31,
          mem_used_bytes: 78_643_200,
          restarts: 2,
        },
      ],
    },
  ])
})

test('nobody sees containers without a session', async () => {
  const answer = await fetch(`${t.hub.url}/api/containers`)
  expect(answer.status).toBe(401)
})
