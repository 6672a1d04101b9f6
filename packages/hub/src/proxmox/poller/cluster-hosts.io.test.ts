import { expect, test } from 'bun:test'
import { FakeClock } from '@lumen/testkit/fake-clock'
import { tempDir } from '@lumen/testkit/temp-dir'
import { openControlDb } from '../../control-db/control-db.ts'
import { HostRegistry } from '../../hosts/host-registry.ts'
import type { Resource } from '../client/pve-calls.ts'
import type { Connection } from '../connections/connection.ts'
import { ClusterHosts } from './cluster-hosts.ts'
import { ClusterState } from './cluster-state.ts'

test('a cluster that makes up nodes gets so many hosts and no more, and none of a name that is none', async () => {
  await using dir = await tempDir()
  await using db = await openControlDb(dir.path, 'inline')
  const registry = new HostRegistry(db, new FakeClock())
  const connection = { id: 1, name: 'home', kind: 'pve' } as Connection
  await db.run({
    sql: "INSERT INTO proxmox_connections (id, name, kind, spec, secret, created_at) VALUES (1, 'home', 'pve', '{}', '', 0)",
    values: [],
  })
  const hosts = new ClusterHosts(db, registry)
  const state = new ClusterState(connection, hosts)
  const nodes = (names: string[]) =>
    names.map((node) => ({ type: 'node', node, status: 'online' }) as Resource)
  state.learnStatus([])

  await state.update(nodes(['pve1', '..', 'a/../../b', 'two\nlines', '<b>', 'x'.repeat(64), '-n', '']))
  expect([...registry.list()].map(({ name }) => name)).toEqual(['pve1'])

  for (let look = 0; look < 4; look++) {
    await state.update(nodes(Array.from({ length: 100 }, (_, index) => `n${look}-${index}`)))
  }
  expect([...registry.list()].filter(({ kind }) => kind === 'proxmox-node').length).toBeLessThanOrEqual(256)
  expect(hosts.node(connection, 'pve1')).toBeDefined()
}, 120_000)
