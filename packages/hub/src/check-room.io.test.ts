import { expect, test } from 'bun:test'
import { tempDir } from '@lumen/testkit/temp-dir'
import { checkRoom, MOST } from './check-room.ts'
import { openControlDb } from './control-db/control-db.ts'
import { startTestHub } from './testing/test-hub.ts'

const RULE = {
  scope: { hosts: 'all' },
  condition: { kind: 'state', state: 'host_down', level: 'critical' },
  for_ms: 0,
}
const CHANNEL = { kind: 'webhook', settings: { url: 'http://127.0.0.1:9' } }

test('there is room for the last of a kind', () => {
  expect(() => checkRoom('silence', 999)).not.toThrow()
  expect(() => checkRoom('maintenance', 1_000)).toThrow('1000')
})

test('no more rules and channels are taken than the hub can hold every reading and notice against', async () => {
  await using dir = await tempDir()
  {
    await using db = await openControlDb(dir.path, 'inline')
    const times = (count: number) => Array.from({ length: count }, (_, index) => index + 1)
    await db.run(
      ...times(MOST.rule).map((id) => ({
        sql: 'INSERT INTO alert_rules (id, spec, template, created_at, changed_at) VALUES (?, ?, NULL, 0, 0)',
        values: [id, JSON.stringify({ name: `rule ${id}`, ...RULE })],
      })),
      ...times(MOST.channel).map((id) => ({
        sql: "INSERT INTO channels (id, name, kind, spec, secrets, created_at) VALUES (?, ?, 'webhook', ?, '{}', 0)",
        values: [
          ...[id, `channel ${id}`],
          JSON.stringify({
            name: `channel ${id}`,
            is_enabled: false,
            is_default: false,
            least_level: 'warning',
            ...CHANNEL,
          }),
        ],
      })),
    )
  }
  await using t = await startTestHub({ dataDir: dir.path })
  await t.logIn()
  const rule = await t.call('POST', '/api/alerts/rules', { name: 'one more', ...RULE })
  expect([rule.status, await rule.json()]).toMatchObject([400, { code: 'rule_invalid' }])
  const channel = await t.call('POST', '/api/channels', { name: 'one more', ...CHANNEL })
  expect([channel.status, await channel.json()]).toMatchObject([400, { code: 'channel_invalid' }])
  expect((await t.call('DELETE', '/api/channels/7')).status).toBe(204)
  expect((await t.call('POST', '/api/channels', { name: 'one more', ...CHANNEL })).status).toBe(200)
}, 120_000)
