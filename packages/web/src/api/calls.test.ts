import { expect, test } from 'bun:test'
import * as alert from '@lumen/protocol/http/alerts/alert'
import * as rehearsal from '@lumen/protocol/http/alerts/rehearsal'
import * as rule from '@lumen/protocol/http/alerts/rule'
import * as silence from '@lumen/protocol/http/alerts/silence'
import * as backups from '@lumen/protocol/http/backups'
import * as channels from '@lumen/protocol/http/channels'
import * as containers from '@lumen/protocol/http/containers'
import * as events from '@lumen/protocol/http/events'
import * as hosts from '@lumen/protocol/http/hosts'
import * as install from '@lumen/protocol/http/install'
import * as cluster from '@lumen/protocol/http/proxmox/cluster'
import * as proxmox from '@lumen/protocol/http/proxmox/connections'
import * as links from '@lumen/protocol/http/proxmox/machine-links'
import * as push from '@lumen/protocol/http/push'
import * as query from '@lumen/protocol/http/query'
import * as session from '@lumen/protocol/http/session'
import * as settings from '@lumen/protocol/http/settings'
import * as setup from '@lumen/protocol/http/setup'
import * as storage from '@lumen/protocol/http/storage'
import * as tags from '@lumen/protocol/http/tags'
import * as troubles from '@lumen/protocol/http/troubles'
import { alertCalls } from './alert-calls.ts'
import { calls } from './calls.ts'
import { addressOf } from './client.ts'
import { proxmoxCalls } from './proxmox-calls.ts'
import { pushCalls } from './push-calls.ts'

const declared: Record<string, unknown> = {
  ...alert,
  ...rehearsal,
  ...rule,
  ...silence,
  ...channels,
  ...push,
  ...tags,
  ...backups,
  ...containers,
  ...storage,
  ...events,
  ...hosts,
  ...install,
  ...proxmox,
  ...cluster,
  ...links,
  ...query,
  ...session,
  ...settings,
  ...setup,
  ...troubles,
}

for (const [name, target] of Object.entries({ ...calls, ...alertCalls, ...pushCalls, ...proxmoxCalls })) {
  test(`${name} calls the method and path the protocol declares`, () => {
    expect(declared[name]).toMatchObject({ method: target.method, path: target.path })
  })
}

test('an address carries parameters and query safely and leaves out what is not set', () => {
  expect(addressOf('/api/hosts/:id/events', { params: { id: 7 }, query: { from: 1, to: undefined } })).toBe(
    '/api/hosts/7/events?from=1',
  )
  expect(addressOf('/api/x/:name', { params: { name: 'a/b c' } })).toBe('/api/x/a%2Fb%20c')
  expect(addressOf('/api/query', { query: { key: '/', metrics: 'host.cpu_pct,host.mem_pct' } })).toBe(
    '/api/query?key=%2F&metrics=host.cpu_pct%2Chost.mem_pct',
  )
})
