import { Database } from 'bun:sqlite'
import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { NOTIFY_CHILD, type NotifyOrder } from '@lumen/testkit/notify-child'
import { seededRandom, testSeed } from '@lumen/testkit/random'
import { type RecordingHttp, startRecordingHttp } from '@lumen/testkit/recording-http'
import { tempDir } from '@lumen/testkit/temp-dir'
import { CONTROL_DB_FILE } from '../control-db/control-db.ts'
import { SEND_STEPS } from './lane.ts'

const STEPS = ['told', ...SEND_STEPS] as const

async function run(order: NotifyOrder): Promise<unknown> {
  const child = Bun.spawn([process.execPath, NOTIFY_CHILD, JSON.stringify(order)], { stderr: 'inherit' })
  await child.exited
  return child.signalCode
}

/** Every notice on the disk was told in one message, whatever the wire saw twice under its key. */
function expectToldOnce(dataDir: string, server: RecordingHttp): void {
  const db = new Database(join(dataDir, CONTROL_DB_FILE), { readonly: true })
  const rows = db
    .query<{ alert: number; kind: string; key: string; state: string }, []>(
      `SELECT o.alert_id AS alert, o.kind, d.idempotency_key AS key, d.state FROM outbox o
       LEFT JOIN deliveries d ON d.id = o.delivery_id ORDER BY o.id`,
    )
    .all()
  db.close()
  const bodies = new Map<string, { alerts: { id: number; event: string }[] }>()
  for (const { text } of server.requests) {
    const body = JSON.parse(text) as { id: string; alerts: { id: number; event: string }[] }
    // a repetition says the same
    const before = bodies.get(body.id)
    if (before !== undefined) expect(body.alerts).toEqual(before.alerts)
    bodies.set(body.id, body)
  }
  expect(rows.length).toBeGreaterThan(1)
  for (const { alert, key, state } of rows) {
    expect(state).toBe('sent')
    expect(bodies.get(key)?.alerts.filter(({ id }) => id === alert)).toHaveLength(1)
  }
  const told = [...bodies.values()].flatMap(({ alerts }) => alerts.map(({ id, event }) => `${id} ${event}`))
  expect(new Set(told).size).toBe(told.length)
  for (const alert of new Set(rows.map((row) => row.alert))) {
    const last = rows.findLast((row) => row.alert === alert)
    expect(told).toContain(`${alert} ${last?.kind}`)
  }
}

test.each(STEPS)(
  'kill -9 at “%s” loses no message and doubles none under another key',
  async (step) => {
    await using dir = await tempDir()
    await using server = await startRecordingHttp()
    const order = { dataDir: dir.path, url: `${server.url}/hook` }
    // the first time each: how many messages notices become depends on how fast this machine is
    for (const turn of [1, 2]) {
      const alerts = [turn * 10, turn * 10 + 1]
      expect(await run({ ...order, alerts, kill: { step, nth: 1 } })).toBe('SIGKILL')
    }
    expect(await run({ ...order, alerts: [], kill: null })).toBeNull()
    expectToldOnce(dir.path, server)
  },
  120_000,
)

test('a hub killed again and again by a server that fails tells everything once', async () => {
  const seed = testSeed()
  const random = seededRandom(seed)
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!
  console.log(`seed ${seed}`)
  await using dir = await tempDir()
  await using server = await startRecordingHttp()
  server.otherwise = () =>
    random() < 0.2 ? pick([{ kind: 'reset' }, { kind: 'garbage' }] as const) : { kind: 'answer' }
  const order = { dataDir: dir.path, url: `${server.url}/hook` }
  for (let round = 0; round < 12; round++) {
    const alerts = Array.from({ length: 4 }, (_, n) => round * 10 + n + 1)
    await run({ ...order, alerts, kill: { step: pick(STEPS), nth: 1 + Math.floor(random() * 3) } })
  }
  server.otherwise = { kind: 'answer' }
  expect(await run({ ...order, alerts: [], kill: null })).toBeNull()
  expectToldOnce(dir.path, server)
}, 180_000)
