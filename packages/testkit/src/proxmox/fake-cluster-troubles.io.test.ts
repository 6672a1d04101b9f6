import { expect, test } from 'bun:test'
import { DAY, HOUR, MINUTE } from '@lumen/model/time'
import { FakeClock } from '../fake-clock.ts'
import { until } from '../until.ts'
import { askFake } from './ask-fake.ts'
import { startFakeCluster } from './fake-cluster.ts'
import { type SampleOptions, sampleCluster } from './sample-cluster.ts'

const NOW = Date.UTC(2026, 5, 1, 12)
type Row = Record<string, unknown>

async function start(sample: Partial<SampleOptions> = {}) {
  const clock = new FakeClock(NOW)
  const fake = await startFakeCluster({ clock, spec: sampleCluster({ now: NOW, ...sample }) })
  const rows = async (path: string, node = 0) => (await askFake(fake, path, { node })).data as Row[]
  return Object.assign(fake, { clock, rows })
}

test('calls for a lost node answer 595; its guests keep their last numbers for five minutes and are then unknown', async () => {
  await using fake = await start()
  const find = async (id: string) => (await fake.rows('/cluster/resources')).find((row) => row.id === id)
  fake.happens({ kind: 'node-loss', node: 'pve2' })
  const { status, reason, text } = await askFake(fake, '/nodes/pve2/status')
  expect({ status, reason, text }).toEqual({ status: 595, reason: 'No route to host', text: '' })
  expect(await find('node/pve2')).toMatchObject({ status: 'offline', maxcpu: 16 })
  expect(await find('node/pve2')).not.toHaveProperty('cpu')
  const frozen = await find('qemu/101')
  expect(frozen).toMatchObject({ status: 'running', name: 'proxy' })
  fake.clock.advance(4 * MINUTE)
  expect(await find('qemu/101')).toEqual(frozen)
  fake.clock.advance(2 * MINUTE)
  expect(await find('qemu/101')).toEqual({
    id: 'qemu/101',
    vmid: 101,
    type: 'qemu',
    node: 'pve2',
    status: 'unknown',
  })
  expect(await find('storage/pve2/nas')).toMatchObject({ status: 'unknown' })
  expect(await find('lxc/100')).toMatchObject({ status: 'running' })
  const exported = (await askFake(fake, '/cluster/metrics/export')).data as { data: Row[] }
  expect(exported.data.some(({ id }) => id === 'node/pve2')).toBe(false)
  expect(exported.data.some(({ id }) => id === 'node/pve3')).toBe(true)
})

test('a split shows each side what it sees, and the smaller one without quorum', async () => {
  await using fake = await start()
  fake.happens({ kind: 'partition', groups: [['pve1'], ['pve2', 'pve3']] })
  const online = async (node: number) =>
    (await fake.rows('/cluster/status', node)).map((row) => row.online ?? row.quorate)
  expect(await online(0)).toEqual([0, 1, 0, 0])
  expect(await online(2)).toEqual([1, 0, 1, 1])
  expect((await askFake(fake, '/nodes/pve2/status', { node: 0 })).status).toBe(595)
  expect((await askFake(fake, '/nodes/pve2/status', { node: 2 })).status).toBe(200)
  expect((await fake.rows('/cluster/ha/status/current'))[0]).toMatchObject({ quorate: 0 })
})

test('a moved guest is elsewhere with counters from zero', async () => {
  await using fake = await start()
  const find = async () => (await fake.rows('/cluster/resources?type=vm')).find(({ vmid }) => vmid === 103)!
  const before = await find()
  fake.happens({ kind: 'migrate', guest: 103, to: 'pve3' })
  fake.clock.advance(MINUTE)
  const after = await find()
  expect([before.node, after.node]).toEqual(['pve1', 'pve3'])
  expect(Number(after.netin)).toBeLessThan(Number(before.netin))
  expect(Number(after.uptime)).toBeLessThanOrEqual(60)
  expect((await fake.rows('/nodes/pve1/qemu')).some(({ vmid }) => vmid === 103)).toBe(false)
  expect((await askFake(fake, '/nodes/pve1/qemu/103/config')).reason).toContain('does not exist')
  expect((await fake.rows('/nodes/pve1/tasks'))[0]).toMatchObject({
    type: 'qmigrate',
    id: '103',
    status: 'OK',
  })
})

test('a renamed node goes by its new name everywhere, guests may share a name', async () => {
  await using fake = await start()
  fake.happens({ kind: 'rename-node', node: 'pve2', name: 'grimoire' })
  fake.happens({ kind: 'rename-guest', guest: 101, name: 'dns' })
  fake.clock.advance(MINUTE)
  const resources = await fake.rows('/cluster/resources')
  expect(resources.filter(({ name }) => name === 'dns').map(({ id }) => id)).toEqual(['lxc/100', 'qemu/101'])
  expect(JSON.stringify(resources)).not.toContain('pve2')
  expect((await askFake(fake, '/nodes/grimoire/status')).status).toBe(200)
  expect((await askFake(fake, '/nodes/pve2/status')).reason).toContain('hostname lookup')
})

test('a clock that is off by an hour stamps what its node says, not how long it is up', async () => {
  await using fake = await start()
  const stamps = async () => {
    const { data } = (await askFake(fake, '/cluster/metrics/export')).data as { data: Row[] }
    return data.filter(({ metric, id }) => metric === 'uptime' && String(id).startsWith('node/'))
  }
  fake.happens({ kind: 'node-clock', node: 'pve3', offsetMs: HOUR })
  fake.clock.advance(MINUTE)
  const found = Object.fromEntries(
    (await stamps()).map(({ id, timestamp, value }) => [id, { timestamp, value }]),
  )
  const now = (NOW + MINUTE) / 1_000
  const upTime = fake.truth.node('pve3').uptimeS(fake.truth.lastRound('pve3', fake.clock.now()))
  expect(found['node/pve1']).toMatchObject({ timestamp: now })
  expect(found['node/pve3']).toEqual({ timestamp: now - 4 + 3_600, value: upTime })
  const history = await fake.rows('/nodes/pve3/rrddata?timeframe=hour')
  expect(history.at(-1)!.time).toBe((NOW + HOUR) / 1_000)
  expect(history.at(-2)!.cpu).toBeGreaterThan(0)
})

test('a storage nobody reaches is inactive, one that is slow does not answer', async () => {
  await using fake = await start()
  fake.happens({ kind: 'storage-loss', storage: 'nas', until: NOW + HOUR })
  const listed = await fake.rows('/nodes/pve1/storage')
  expect(listed.find(({ storage }) => storage === 'nas')).toMatchObject({ active: 0, total: 0, used: 0 })
  expect((await askFake(fake, '/nodes/pve1/storage/nas/content')).reason).toContain('not online')
  fake.happens({
    kind: 'answer',
    node: 'pve1',
    call: '/nodes/{node}/storage',
    how: 'hang',
    until: NOW + HOUR,
  })
  const abort = new AbortController()
  const answer = askFake(fake, '/nodes/pve1/storage', { signal: abort.signal }).catch(
    (error: Error) => error.name,
  )
  await until('the request', () => fake.ledger.count('/nodes/{node}/storage') === 2, { withinMs: 60_000 })
  expect((await askFake(fake, '/nodes/pve2/storage')).status).toBe(200)
  expect((await askFake(fake, '/nodes/pve1/status')).status).toBe(200)
  abort.abort()
  expect(await answer).toBe('AbortError')
  expect(
    fake.ledger.requests.find(({ path }) => path === '/nodes/pve1/storage' && path.length > 0),
  ).toBeDefined()
  fake.clock.advance(HOUR)
  expect((await fake.rows('/nodes/pve1/storage')).every(({ active }) => active === 1)).toBe(true)
})

test('backups that fail or warn leave their marks in tasks, log and content', async () => {
  await using fake = await start()
  fake.happens({
    kind: 'backup-outcome',
    at: NOW,
    until: NOW + DAY,
    guest: 100,
    outcome: 'failed',
    message: 'no space',
  })
  fake.happens({
    kind: 'backup-outcome',
    at: NOW,
    until: NOW + DAY,
    guest: 101,
    outcome: 'warnings',
    message: 'odd',
  })
  fake.clock.advance(DAY)
  const latest = async (node: string) =>
    (await fake.rows(`/nodes/${node}/tasks?typefilter=vzdump&limit=2`)).at(-1)!
  expect([await latest('pve1'), await latest('pve2')].map(({ status }) => status)).toEqual([
    'job errors',
    'WARNINGS: 1',
  ])
  const { upid } = await latest('pve1')
  const log = await fake.rows(`/nodes/pve1/tasks/${encodeURIComponent(String(upid))}/log?limit=0`)
  expect(log.map(({ t }) => t)).toContain('ERROR: Backup of VM 100 failed - no space')
  expect(log.at(-1)).toEqual({ n: log.length, t: 'TASK ERROR: job errors' })
  const newest = async (vmid: number) =>
    Math.max(
      ...(await fake.rows(`/nodes/pve1/storage/nas/content?content=backup&vmid=${vmid}`)).map(({ ctime }) =>
        Number(ctime),
      ),
    )
  expect(await newest(100)).toBeLessThan(NOW / 1_000)
  expect(await newest(101)).toBeGreaterThan(NOW / 1_000)
  expect((await fake.rows('/cluster/backup-info/not-backed-up')).map(({ vmid }) => vmid)).toContain(106)
})

test('a backup that runs has neither end nor status', async () => {
  await using fake = await start()
  fake.happens({ kind: 'backup', guest: 103, storage: 'pbs' })
  fake.clock.advance(10_000)
  const [task] = await fake.rows('/nodes/pve1/tasks?source=active')
  expect(task).toMatchObject({ type: 'vzdump', id: '103', starttime: NOW / 1_000 })
  expect([task!.endtime, task!.status]).toEqual([undefined, undefined])
  const status = `/nodes/pve1/tasks/${encodeURIComponent(String(task!.upid))}/status`
  expect((await askFake(fake, status)).data).toMatchObject({ status: 'running' })
  fake.clock.advance(HOUR)
  expect((await askFake(fake, status)).data).toMatchObject({ status: 'stopped', exitstatus: 'OK' })
  const content = await fake.rows('/nodes/pve3/storage/pbs/content?content=backup&vmid=103')
  expect(content[0]).toMatchObject({ volid: 'pbs:backup/vm/103/2026-06-01T12:00:02Z', format: 'pbs-vm' })
})

test('pools and disks in trouble say so', async () => {
  await using fake = await start()
  fake.happens({ kind: 'pool-trouble', node: 'pve1', pool: 'rpool', health: 'DEGRADED', errors: 3 })
  fake.happens({ kind: 'disk-trouble', node: 'pve1', disk: '/dev/sda', health: 'FAILED' })
  fake.happens({ kind: 'disk-trouble', node: 'pve1', disk: '/dev/nvme0n1', health: 'PASSED', wearout: 7 })
  fake.happens({ kind: 'replication-failure', guest: 103, message: 'timeout' })
  fake.clock.advance(HOUR)
  expect(await fake.rows('/nodes/pve1/disks/zfs')).toEqual([
    expect.objectContaining({
      health: 'DEGRADED',
      alloc: fake.truth.node('pve1').poolAllocBytes('rpool', fake.clock.now()),
    }),
  ])
  const detail = await askFake(fake, '/nodes/pve1/disks/zfs/rpool')
  expect(detail.data).toMatchObject({ state: 'DEGRADED', errors: "3 data errors, use '-v' for a list" })
  expect(detail.text).toContain('"state":"UNAVAIL","read":0,"write":0,"cksum":3')
  const health = async (query: string) => (await fake.rows(`/nodes/pve1/disks/list${query}`)).at(-1)!.health
  expect([await health(''), await health('?skipsmart=1')]).toEqual(['FAILED', 'UNKNOWN'])
  expect((await askFake(fake, '/nodes/pve1/disks/smart?disk=/dev/sda&healthonly=1')).data).toEqual({
    health: 'FAILED',
  })
  expect((await fake.rows('/nodes/pve1/disks/list')).map(({ wearout }) => wearout)).toEqual([7, 93, 'N/A'])
  const smart = await askFake(fake, '/nodes/pve1/disks/smart?disk=/dev/nvme0n1')
  expect(smart.text).toContain('Percentage Used:                    93%')
  expect((await fake.rows('/nodes/pve1/replication'))[0]).toMatchObject({ fail_count: 5, error: 'timeout' })
  expect(fake.ledger.ownFaults).toEqual([])
})

test('answers are spoilt as told', async () => {
  await using fake = await start()
  const path = '/cluster/resources'
  const good = await fake.rows(path)
  const spoilt = async (how: Parameters<typeof fake.happens>[0] & { kind: 'answer' }) => {
    fake.happens(how)
    return askFake(fake, path)
  }
  const under = (
    how: 'html' | 'huge' | 'not-json' | 'null-data' | 'strings' | 'missing-keys' | 'absurd-row',
  ) => spoilt({ kind: 'answer', call: path, how })
  expect((await under('html')).text).toStartWith('<!DOCTYPE html>')
  expect((await under('huge')).text.length).toBeGreaterThan(10 * 1024 ** 2)
  const notJson = await under('not-json')
  expect(() => notJson.data).toThrow()
  expect((await under('null-data')).data).toBeNull()
  const [first] = (await under('strings')).data as Row[]
  expect(first).toMatchObject({ vmid: '100', maxcpu: String(good[0]!.maxcpu), name: 'dns' })
  const [bare] = (await under('missing-keys')).data as Row[]
  expect(Object.keys(bare!)).toEqual(expect.arrayContaining(['id', 'name', 'status']))
  expect(bare).not.toHaveProperty('cpu')
  const rows = (await under('absurd-row')).data as unknown[]
  expect(rows.slice(0, 2)).toEqual([null, 7])
  expect(rows.slice(3)).toEqual(good)
  const failed = await spoilt({ kind: 'answer', call: path, how: { status: 500, message: 'got timeout' } })
  expect([failed.status, failed.reason]).toEqual([500, 'got timeout'])
  fake.happens({ kind: 'answer', call: path, how: 'cut' })
  await expect(askFake(fake, path).then(({ data }) => data)).rejects.toThrow()
  expect((await askFake(fake, '/cluster/status')).status).toBe(200)
})
