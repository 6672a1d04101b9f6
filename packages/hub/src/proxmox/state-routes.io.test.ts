import { expect, test } from 'bun:test'
import { type ClusterDetail, clusterDetailSchema } from '@lumen/protocol/http/proxmox/cluster'
import type { MachineLink } from '@lumen/protocol/http/proxmox/machine-links'
import { systemClock } from '@lumen/std/clock'
import { startFakeCluster } from '@lumen/testkit/proxmox/fake-cluster'
import { sampleCluster } from '@lumen/testkit/proxmox/sample-cluster'
import { until } from '@lumen/testkit/until'
import { startTestHub } from '../testing/test-hub.ts'

const DAY = 86_400_000
const WITHIN = { withinMs: 50_000 }

test('a running hub answers a whole cluster, and a host that is confirmed to be on a node has it as its other side', async () => {
  const now = systemClock.now()
  const spec = sampleCluster({ now, release: '9.1', nodes: 2, guests: 4, historyMs: 2 * DAY })
  await using fake = await startFakeCluster({ clock: systemClock, spec })
  await using t = await startTestHub()
  await t.logIn()
  const [token] = fake.tokens
  const input = {
    ...{ name: 'home', kind: 'pve', token_id: token!.id, secret: token!.secret },
    ...{ addresses: fake.nodes.map(({ port }) => `127.0.0.1:${port}`), trust: { by: 'ca', pem: fake.caPem } },
  }
  const made = (await (await t.call('POST', '/api/proxmox', input)).json()) as { connection: { id: number } }
  const { id } = made.connection
  const cluster = await until(
    'the guests of the cluster to be read',
    async () => {
      const answer = await t.call('GET', `/api/proxmox/${id}`)
      const detail: ClusterDetail = clusterDetailSchema.parse(await answer.json())
      const isRead = detail.cluster!.guests.some(({ is_on_boot }) => is_on_boot !== null)
      return isRead && detail.cluster
    },
    WITHIN,
  )
  expect(cluster!.nodes.map(({ name, is_online }) => [name, is_online])).toEqual([
    ['pve1', true],
    ['pve2', true],
  ])
  expect((await t.call('GET', '/api/proxmox/4711')).status).toBe(404)

  const added = await (await t.call('POST', '/api/hosts', { name: 'server' })).json()
  const { host } = added as { host: { id: number } }
  const pair = { host_id: host.id, connection_id: id, node: 'pve1' }
  expect((await t.call('PUT', '/api/machine-links', { ...pair, decision: 'confirmed' })).status).toBe(200)
  const links = (await (await t.call('GET', `/api/machine-links?host=${host.id}`)).json()) as {
    links: MachineLink[]
  }
  expect(links.links).toMatchObject([{ state: 'confirmed', machine: { node: 'pve1', vmid: null } }])
  const page = (await (await t.call('GET', `/api/hosts/${host.id}`)).json()) as { link: unknown }
  expect(page.link).toMatchObject({
    other_side: { host: { id: cluster!.nodes[0]!.host_id }, entity: 'host' },
  })
  expect((await t.call('POST', '/api/machine-links/undo', pair)).status).toBe(204)
  expect((await t.call('POST', '/api/machine-links/undo', pair)).status).toBe(404)
})
