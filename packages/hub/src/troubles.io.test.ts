import { expect, test } from 'bun:test'
import { until } from '@lumen/testkit/until'
import { openAdmin } from './admin/open-admin.ts'
import { startTestHub, troublesOf } from './testing/test-hub.ts'

test('a Proxmox that cannot be read is a trouble of the hub for the page, commands and rules alike', async () => {
  await using t = await startTestHub()
  await t.logIn()
  expect(await troublesOf(t)).toEqual([])
  const added = await t.call('POST', '/api/proxmox', {
    ...{ name: 'lab', kind: 'pve', addresses: ['127.0.0.1:1'], token_id: 'lumen@pve!hub', secret: 'secret' },
    trust: { by: 'public' },
  })
  expect(added.status).toBe(200)
  const isTold = async () => (await troublesOf(t)).length > 0
  await until('the connection to fail', isTold, { withinMs: 60_000 })
  expect(await troublesOf(t)).toMatchObject([{ state: 'hub_proxmox', key: 'lab' }])
  await using admin = await openAdmin(t.dataDir)
  expect(await admin.listTroubles()).toEqual([expect.stringContaining('cannot read Proxmox lab')])
  const preview = await t.call('POST', '/api/alerts/rules/preview', {
    ...{ name: 'lab', scope: { hosts: 'all' }, for_ms: 0 },
    condition: { kind: 'state', state: 'hub_proxmox', level: 'warning' },
  })
  expect(await preview.json()).toMatchObject({ matches: [{ host: 'Hub', key: 'lab', level: 'warning' }] })
}, 90_000)
