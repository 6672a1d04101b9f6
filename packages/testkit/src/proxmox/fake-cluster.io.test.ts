import { expect, test } from 'bun:test'
import { FakeClock } from '../fake-clock.ts'
import { startFakeCluster } from './fake-cluster.ts'
import { sampleCluster } from './sample-cluster.ts'

const NOW = Date.UTC(2026, 5, 1, 12)

async function threeNodes() {
  const clock = new FakeClock(NOW)
  const fake = await startFakeCluster({ clock, spec: sampleCluster({ now: NOW }) })
  const get = async (
    path: string,
    node = 0,
    headers: Record<string, string> = { authorization: fake.authorization },
  ) => {
    const response = await fetch(`${fake.nodes[node]!.url}/api2/json${path}`, {
      headers,
      tls: { ca: fake.caPem },
    })
    const text = await response.text()
    return {
      status: response.status,
      reason: response.statusText,
      text,
      data: text === '' ? undefined : JSON.parse(text).data,
    }
  }
  return { clock, fake, get }
}

test('three nodes answer over TLS that their authority vouches for, and nothing is out of shape', async () => {
  const { fake, get } = await threeNodes()
  await using _ = fake
  for (const node of [0, 1, 2]) {
    for (const path of [
      '/version',
      '/cluster/status',
      '/cluster/resources',
      '/nodes',
      '/cluster/metrics/export?history=1',
      '/nodes/pve2/status',
      '/nodes/pve2/certificates/info',
      '/access/permissions',
    ]) {
      const { status, data } = await get(path, node)
      expect({ path, status }).toEqual({ path, status: 200 })
      expect(data).toBeDefined()
    }
  }
  expect(fake.ledger.violations).toEqual([])
  expect(fake.ledger.ownFaults).toEqual([])
})
