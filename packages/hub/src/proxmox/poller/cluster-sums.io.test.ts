import { expect, test } from 'bun:test'
import { startTestProxmox, valueIn } from '@lumen/testkit/proxmox/test-proxmox'

const MINUTE = 60_000
const SHARED = 'cluster home'

test.each(['8.2', '9.1'] as const)(
  '%s: the cluster’s own row is the sum of its nodes, each by its cores',
  async (release) => {
    await using t = await startTestProxmox(release, { nodes: 3 })
    await t.passes(4 * MINUTE)
    const { truth } = t.fake
    const { nodes } = truth.timeline.spec
    const total = nodes.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0)
    const samples = t.samples(SHARED).slice(-12)
    for (const sample of samples) {
      expect(valueIn(sample, 'host.mem_total_bytes')).toBe(total)
      const used = nodes.reduce((sum, { name }) => sum + truth.node(name).memUsedBytes(sample.ts)!, 0)
      expect(Math.abs(valueIn(sample, 'host.mem_used_bytes')! / used - 1)).toBeLessThan(0.05)
      expect(valueIn(sample, 'host.mem_pct')).toBeCloseTo(
        (100 * valueIn(sample, 'host.mem_used_bytes')!) / total,
        1,
      )
      expect(valueIn(sample, 'host.disk_pct')).toBeGreaterThan(0)
    }
    // Rounds lie some seconds apart: over minutes the means agree.
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
    const cores = nodes.reduce((sum, node) => sum + node.cores, 0)
    const told = mean(samples.map((sample) => valueIn(sample, 'host.cpu_pct')!))
    const own = nodes.map(({ name, cores: share }) => {
      const values = t.samples(name).slice(-12)
      return (share / cores) * mean(values.map((sample) => valueIn(sample, 'host.cpu_pct')!))
    })
    expect(told).toBeCloseTo(
      own.reduce((sum, value) => sum + value, 0),
      0,
    )
  },
)

test.each(['8.2', '9.1'] as const)('%s: a node that is gone has no part in the sum', async (release) => {
  await using t = await startTestProxmox(release, { nodes: 3 })
  await t.passes(2 * MINUTE)
  t.fake.happens({ kind: 'node-loss', node: 'pve2', until: t.clock.now() + 10 * MINUTE })
  await t.passes(3 * MINUTE)
  const left = t.fake.truth.timeline.spec.nodes.filter(({ name }) => name !== 'pve2')
  expect(valueIn(t.samples(SHARED).at(-1), 'host.mem_total_bytes')).toBe(
    left.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0),
  )
})

test('a single node has no sum beside its own row', async () => {
  await using t = await startTestProxmox('9.1', { nodes: 1 })
  await t.passes(2 * MINUTE)
  const rows = t
    .samples('pve1')
    .at(-1)!
    .rows.filter(({ entity }) => entity === 'host')
  expect(rows).toHaveLength(1)
})
