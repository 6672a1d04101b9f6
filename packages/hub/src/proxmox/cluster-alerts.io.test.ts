import { expect, test } from 'bun:test'
import type { HostRecord } from '@lumen/hub/hosts/host-record'
import { silentLog } from '@lumen/std/log'
import { startTestProxmox, type TestProxmox } from '@lumen/testkit/proxmox/test-proxmox'
import { AlertEngine } from '../alerting/engine.ts'
import type { Notice } from '../alerting/notice.ts'
import { RuleStore } from '../alerting/rule-store.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const HISTORY_MS = 20 * DAY

interface Watched extends AsyncDisposable {
  engine: AlertEngine
  /** What was told since this was last asked. */
  told(): string[]
  notices: Notice[]
}

/** The rules every hub begins with over what a test's cluster says. */
async function watch(t: TestProxmox): Promise<Watched> {
  const notices: Notice[] = []
  const rules = await RuleStore.open({ db: t.db, clock: t.clock, log: silentLog })
  const engine = new AlertEngine({
    ...{ db: t.db, clock: t.clock, log: silentLog, rules, registry: t.registry, presence: t.presence },
    teller: {
      statementsFor: (batch) => {
        notices.push(...batch)
        return []
      },
      wake() {},
    },
    quiet: { of: () => null, onChange() {} },
    dependents: t.proxmox.carriers,
    isOutdated: () => false,
    troubles: () => t.proxmox.troubles(),
    stoppedAt: t.clock.now(),
  })
  t.registry.listener = {
    changed: (host) => engine.hostChanged(host),
    removed: (hostId) => engine.hostRemoved(hostId),
  }
  t.onSamples = (hostId, samples) => engine.samples(hostId, samples)
  t.onSecond = async () => {
    t.presence.sweep()
    engine.tick()
    await engine.book.settled()
  }
  let seen = 0
  return {
    engine,
    notices,
    told() {
      const fresh = notices.slice(seen)
      seen = notices.length
      return fresh.map(({ kind, alert }) => `${kind}: ${alert.summary}`)
    },
    async [Symbol.asyncDispose]() {
      t.onSecond = () => {}
      t.onSamples = () => {}
      await engine[Symbol.asyncDispose]()
    },
  }
}

/** A host whose agent is inside a guest, and pushes while it is told to. */
async function inside(t: TestProxmox, vmid: number): Promise<{ host: HostRecord; pushes: boolean }> {
  const { host } = await t.registry.add(`agent-${vmid}`)
  const { mac, type } = t.fake.truth.timeline.spec.guests.find((guest) => guest.vmid === vmid)!
  Object.assign(host, { protocol: 'native', intervalMs: 5_000 })
  host.facts = { virt: type === 'lxc' ? 'lxc' : 'vm', macs: [mac.toLowerCase()] }
  return { host, pushes: true }
}

const started = (release: '8.2' | '8.4' | '9.1' = '9.1', more = {}) =>
  startTestProxmox(release, { nodes: 3, guests: 10, historyMs: HISTORY_MS, ...more })

test.each(['8.2', '8.4', '9.1'] as const)('%s: a cluster that is well tells nothing', async (release) => {
  await using t = await started(release)
  await using alerts = await watch(t)
  await t.passes(10 * MINUTE)
  expect(alerts.told()).toEqual([])
  expect(t.fake.ledger.violations).toEqual([])
})

test('a node that dies is one message that names what ran on it', async () => {
  await using t = await started()
  await using alerts = await watch(t)
  const agents = [await inside(t, 100), await inside(t, 103), await inside(t, 101)]
  const { onSecond } = t
  t.onSecond = async () => {
    for (const { host, pushes } of agents) if (pushes) t.presence.heard(host, {})
    await onSecond()
  }
  await t.passes(3 * MINUTE)
  t.fake.happens({ kind: 'node-loss', node: 'pve1' })
  for (const agent of agents.slice(0, 2)) agent.pushes = false
  await t.passes(12 * MINUTE)
  expect(alerts.told()).toEqual(['fired: pve1 is down: its cluster says that it is offline'])
  const { alert } = alerts.notices[0]!
  const names = alerts.engine.view.of(alerts.engine.book.get(alert.id)!).took_down.map(({ host }) => host)
  // what runs without an agent is no host: 106 and 109
  expect(names.sort()).toEqual(['agent-100', 'agent-103', 'db', 'media'])
  expect(t.presence.presence(agents[2]!.host).state).toBe('up')
})

test('a guest that was stopped before its node died is never said to have run on it', async () => {
  await using t = await started()
  await using alerts = await watch(t)
  await t.passes(3 * MINUTE)
  t.fake.happens({ kind: 'node-loss', node: 'pve3' })
  // by then the cluster no longer tells the state of any of them
  await t.passes(12 * MINUTE)
  const { alert } = alerts.notices[0]!
  const { took_down } = alerts.engine.view.of(alerts.engine.book.get(alert.id)!)
  expect(took_down.map(({ host }) => host).sort()).toEqual(['git', 'web'])
})

test('quorum that is lost is told, and told when it is back', async () => {
  await using t = await started('9.1', { guests: 3 })
  await using alerts = await watch(t)
  await t.passes(3 * MINUTE)
  const until = t.clock.now() + 8 * MINUTE
  t.fake.happens({ kind: 'partition', groups: [['pve1'], ['pve2'], ['pve3']], until })
  await t.passes(7 * MINUTE)
  expect(alerts.told()).toContain('fired: cluster home has lost its quorum: 1 of 3 nodes are online')
  await t.passes(6 * MINUTE)
  expect(alerts.told().some((text) => text.startsWith('resolved: cluster home'))).toBe(true)
})

test('a guest that should run and does not is told, one that was always stopped is not', async () => {
  await using t = await started()
  await using alerts = await watch(t)
  await t.passes(3 * MINUTE)
  t.fake.happens({ kind: 'guest-stop', guest: 103 })
  await t.passes(8 * MINUTE)
  expect(alerts.told()).toEqual(['fired: cluster home: Guest 103 (mail) is stopped though it should run'])
  t.fake.happens({ kind: 'guest-start', guest: 103 })
  await t.passes(3 * MINUTE)
  expect(alerts.told()).toHaveLength(1)
})

test('a backup that failed, a pool that is degraded and a replication that fails are told by name', async () => {
  await using t = await started()
  const night = Date.UTC(2026, 5, 1)
  t.fake.happens({
    ...{ kind: 'backup-outcome', at: night, until: night + DAY, guest: 101 },
    ...{ outcome: 'failed', message: 'no space left' },
  })
  t.fake.happens({
    kind: 'pool-trouble',
    node: 'pve2',
    pool: 'rpool',
    health: 'DEGRADED',
    errors: 3,
    at: night,
  })
  t.fake.happens({ kind: 'replication-failure', guest: 103, message: 'no route to host', at: night })
  await using alerts = await watch(t)
  await t.passes(20 * MINUTE)
  expect(alerts.told().sort()).toEqual([
    'fired: cluster home: Backup of guest 101 (proxy) failed: no space left',
    'fired: cluster home: Replication 103-0 to pve2 fails: no route to host',
    'fired: pve2: ZFS pool rpool is DEGRADED',
    'fired: pve2: ZFS pool rpool: Errors is 6, above 0',
  ])
})

test('a backup that is not made when it should be is told as overdue', async () => {
  await using t = await started('9.1', { guests: 4 })
  await using alerts = await watch(t)
  await t.passes(2 * MINUTE)
  // no run at all: the node that would make it is down in the night, and back in the morning
  const night = Date.UTC(2026, 5, 2)
  t.fake.happens({ kind: 'node-loss', node: 'pve2', at: night, until: night + 5 * HOUR })
  t.clock.advance(22 * HOUR)
  await t.passes(45 * MINUTE)
  const told = alerts.told().filter((text) => text.includes('Backup'))
  expect(told).toEqual([
    'fired: cluster home: Backup of guest 101 (proxy) is overdue: the last good one is 33 h old',
  ])
})

test('another certificate is told once, and nothing else for what is not seen meanwhile', async () => {
  await using t = await started('9.1', { guests: 4 })
  await using alerts = await watch(t)
  await t.passes(3 * MINUTE)
  t.fake.happens({ kind: 'certificate', by: 'stranger' })
  await t.passes(20 * MINUTE)
  const told = alerts.told()
  expect(told).toHaveLength(1)
  expect(told[0]).toStartWith('fired: Hub was shown another certificate by Proxmox home: 127.0.0.1:')
  expect(told[0]).toEndWith('nothing is asked until somebody confirms it')
})

test('a token that ended is told once, and nodes that are not asked are not called down', async () => {
  await using t = await started('9.1', { guests: 4 })
  await using alerts = await watch(t)
  await t.passes(3 * MINUTE)
  t.fake.happens({ kind: 'token-expiry', token: t.fake.tokens[0]!.id })
  await t.passes(20 * MINUTE)
  const told = alerts.told()
  expect(told).toHaveLength(1)
  expect(told[0]).toStartWith('fired: Hub cannot read Proxmox home: the token is not accepted')
})

test('a cluster nobody answers for is one message, not one for each node', async () => {
  await using t = await started('9.1', { guests: 4 })
  await using alerts = await watch(t)
  await t.passes(3 * MINUTE)
  for (const node of ['pve1', 'pve2', 'pve3']) t.fake.happens({ kind: 'node-loss', node })
  await t.passes(20 * MINUTE)
  const told = alerts.told()
  expect(told).toHaveLength(1)
  expect(told[0]).toStartWith('fired: cluster home is down: no contact for')
})

test('a restart of the hub tells nothing of what fires already, nor of what is well', async () => {
  await using t = await started('9.1', { guests: 4, historyMs: 8 * DAY })
  const night = Date.UTC(2026, 5, 1)
  t.fake.happens({
    kind: 'pool-trouble',
    node: 'pve2',
    pool: 'rpool',
    health: 'DEGRADED',
    errors: 0,
    at: night,
  })
  {
    await using alerts = await watch(t)
    await t.passes(5 * MINUTE)
    expect(alerts.told()).toEqual(['fired: pve2: ZFS pool rpool is DEGRADED'])
  }
  await t.restart()
  await using alerts = await watch(t)
  await t.passes(25 * MINUTE)
  expect(alerts.told()).toEqual([])
  expect(alerts.engine.active().map(({ summary }) => summary)).toEqual(['pve2: ZFS pool rpool is DEGRADED'])
})
