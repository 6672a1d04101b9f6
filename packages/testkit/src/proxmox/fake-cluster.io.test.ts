import { expect, test } from 'bun:test'
import { FakeClock } from '../fake-clock.ts'
import { PVE_CALLS } from './api-shapes.ts'
import type { PveRelease } from './cluster-spec.ts'
import { askFake } from './fake-client.ts'
import { type FakeClusterOptions, startFakeCluster } from './fake-cluster.ts'
import { type SampleOptions, sampleCluster } from './sample-cluster.ts'

const NOW = Date.UTC(2026, 5, 1, 12)

async function start(sample: Partial<SampleOptions> = {}, more: Partial<FakeClusterOptions> = {}) {
  const clock = new FakeClock(NOW)
  const fake = await startFakeCluster({ clock, spec: sampleCluster({ now: NOW, ...sample }), ...more })
  return Object.assign(fake, { clock })
}

/** Every call with its braces filled and what it must have. */
async function everyCall(fake: Awaited<ReturnType<typeof start>>): Promise<string[]> {
  const tasks = await askFake(fake, '/nodes/pve1/tasks')
  const [task] = tasks.data as { upid: string }[]
  const fill: Record<string, string> = {
    ...{
      node: 'pve1',
      storage: 'nas',
      name: 'rpool',
      upid: encodeURIComponent(task?.upid ?? ''),
      id: '103-0',
    },
  }
  return Object.entries(PVE_CALLS).map(([template, { parameters }]) => {
    const type = template.includes('/lxc/') ? 'lxc' : 'qemu'
    const vmid = fake.timeline
      .guestsOf('pve1', NOW)
      .find(
        (guest) =>
          guest.type === type && guest.state === 'running' && (type === 'lxc' || guest.agent === 'answering'),
      )?.vmid
    const path = template.replace(/\{(\w+)\}/g, (_, name: string) =>
      name === 'vmid' ? String(vmid) : fill[name]!,
    )
    if (parameters.timeframe) return `${path}?timeframe=week&cf=AVERAGE`
    return parameters.disk ? `${path}?disk=/dev/sda` : path
  })
}

const RELEASES: PveRelease[] = ['8.2', '8.4', '9.1']

test.each(RELEASES)(
  'a %s answers every documented call in its documented shape',
  async (release) => {
    const guestAgent = {
      path: '/',
      privileges: ['VM.Monitor', 'VM.GuestAgent.Audit', 'VM.Audit', 'Sys.Audit', 'Datastore.Audit'],
    }
    const token = { id: 'a@pve!b', secret: 's', isSeparated: false, grants: [], userGrants: [guestAgent] }
    await using fake = await start({ release, hasCeph: true }, { tokens: [token] })
    const calls = await everyCall(fake)
    expect(calls).toHaveLength(39)
    for (const [index, path] of calls.entries()) {
      const { status, reason } = await askFake(fake, path, { node: index % 3 })
      const isLater = release === '8.2' && path === '/cluster/metrics/export'
      expect({ path, status, reason }).toEqual({
        path,
        ...(isLater
          ? { status: 501, reason: "Method 'GET /cluster/metrics/export' not implemented" }
          : { status: 200, reason: 'OK' }),
      })
    }
    expect(fake.ledger.ownFaults).toEqual([])
    expect(fake.ledger.violations).toEqual([])
  },
  60_000,
)
