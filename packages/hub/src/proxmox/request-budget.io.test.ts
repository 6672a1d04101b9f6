import { expect, test } from 'bun:test'
import { startTestProxmox } from '@lumen/testkit/proxmox/test-proxmox'

const MINUTE = 60_000
const DAY = 1_440 * MINUTE
/** What the pacer of the client lets through; here nothing waits for it, so that what is due shows as it is. */
const LIMIT_PER_S = 3

test('what is due in a large cluster leaves its busiest node more than half of the requests it may get', async () => {
  await using t = await startTestProxmox('9.1', { nodes: 4, guests: 160, historyMs: 2 * DAY })
  // an agent nobody knows has all guests asked for their addresses: the most there is to ask
  const { host } = await t.registry.add('stranger')
  host.facts = { virt: 'vm', macs: ['02:00:00:00:00:01'] }
  await t.passes(6 * MINUTE)
  t.fake.ledger.forget()
  await t.passes(10 * MINUTE)
  for (const { name } of t.fake.nodes) {
    const reached = t.fake.ledger.requests.filter(({ node, target }) => node === name || target === name)
    expect(reached.length / 600).toBeLessThan(LIMIT_PER_S / 2)
    expect(t.fake.ledger.diskWakeUps(name)).toEqual([])
  }
  expect(t.fake.ledger.violations).toEqual([])
})
