import { expect, test } from 'bun:test'
import { DAY } from '@lumen/model/time'
import { FakeClock } from '../fake-clock.ts'
import { AUDITOR, type TokenSpec } from './access.ts'
import { askFake } from './ask-fake.ts'
import { startFakeCluster } from './fake-cluster.ts'
import { type SampleOptions, sampleCluster } from './sample-cluster.ts'

const NOW = Date.UTC(2026, 5, 1, 12)

async function start(sample: Partial<SampleOptions> = {}, tokens?: readonly TokenSpec[]) {
  const clock = new FakeClock(NOW)
  const spec = sampleCluster({ now: NOW, ...sample })
  return Object.assign(await startFakeCluster({ clock, spec, ...(tokens && { tokens }) }), { clock })
}

test('a wrong, unknown, missing or expired token is a 401 with the reason in the status line', async () => {
  await using fake = await start()
  const [token] = fake.tokens
  const ask = async (authorization?: string) => {
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization }
    const { status, reason, text } = await askFake(fake, '/version', { headers })
    return [status, reason, text]
  }
  expect(await ask()).toEqual([401, 'No ticket', ''])
  expect(await ask('Bearer abc')).toEqual([401, 'No ticket', ''])
  expect(await ask(`PVEAPIToken=${token!.id}=wrong`)).toEqual([401, 'invalid token value!', ''])
  expect(await ask('PVEAPIToken=root@pam!x=y')).toEqual([401, "no such token 'root@pam!x'", ''])
  expect(await ask(`PVEAPIToken=${token!.id}:${token!.secret}`)).toEqual([401, 'No ticket', ''])
  expect((await ask(fake.authorization))[0]).toBe(200)
  fake.happens({ kind: 'token-expiry', at: NOW + DAY, token: token!.id })
  expect((await ask(fake.authorization))[0]).toBe(200)
  fake.clock.advance(DAY)
  expect(await ask(fake.authorization)).toEqual([401, 'token expired', ''])
  expect(fake.ledger.requests.map(({ authorization }) => authorization?.slice(0, 11))).toEqual([
    ...[undefined, 'Bearer abc', ...Array<string>(6).fill('PVEAPIToken')],
  ])
})

test('a missing right is a 403 that names path and privilege, until it is given back', async () => {
  await using fake = await start()
  fake.happens({ kind: 'revoke', until: NOW + DAY, path: '/nodes/pve2', privileges: ['Sys.Audit'] })
  fake.happens({ kind: 'revoke', until: NOW + DAY, path: '/storage', privileges: ['Datastore.Audit'] })
  fake.happens({ kind: 'revoke', until: NOW + DAY, path: '/vms/101', privileges: ['VM.GuestAgent.Audit'] })
  const ask = async (path: string) => {
    const { status, reason, data } = await askFake(fake, path)
    return { status, reason, data }
  }
  const refused = (reason: string) => ({ status: 403, reason, data: null })
  expect(await ask('/nodes/pve2/status')).toEqual(refused('Permission check failed (/nodes/pve2, Sys.Audit)'))
  expect((await ask('/nodes/pve1/status')).status).toBe(200)
  expect(await ask('/nodes/pve1/storage/nas/content')).toEqual(
    refused('Permission check failed (/storage/nas, Datastore.Audit|Datastore.AllocateSpace)'),
  )
  expect(await ask('/nodes/pve2/qemu/101/agent/get-fsinfo')).toEqual(
    refused('Permission check failed (/vms/101, VM.GuestAgent.Audit|VM.GuestAgent.Unrestricted)'),
  )
  expect((await ask('/nodes/pve1/storage')).data).toEqual([])
  const resources = (await ask('/cluster/resources')).data as Record<string, unknown>[]
  expect(resources.some(({ type }) => type === 'storage')).toBe(false)
  expect(resources.find(({ id }) => id === 'node/pve2')).not.toHaveProperty('cpu')
  expect(resources.find(({ id }) => id === 'node/pve1')).toHaveProperty('cpu')
  fake.clock.advance(DAY)
  expect((await ask('/nodes/pve2/status')).status).toBe(200)
})

test('with privilege separation a right must be both the token’s and the user’s', async () => {
  const all = [{ path: '/', privileges: AUDITOR[9] }]
  const some = [{ path: '/vms/100', privileges: ['VM.Audit'] }]
  const token = { id: 'a@pve!b', secret: 's', isSeparated: true, grants: some, userGrants: all }
  await using narrow = await start({}, [token])
  await using wide = await start({}, [{ ...token, isSeparated: false }])
  const guests = async (fake: typeof narrow) =>
    (await askFake(fake, '/cluster/resources?type=vm')).data as object[]
  expect(await guests(narrow)).toEqual([expect.objectContaining({ vmid: 100 })])
  expect(await guests(wide)).toHaveLength(40)
  expect((await askFake(narrow, '/cluster/status')).reason).toBe('Permission check failed (/, Sys.Audit)')
  expect((await askFake(narrow, '/nodes/pve1/tasks?source=all')).data).toEqual([])
  expect((await askFake(narrow, '/access/permissions')).data).toEqual({})
  expect((await askFake(narrow, '/access/permissions?path=/vms/100')).data).toEqual({
    '/vms/100': { 'VM.Audit': 1 },
  })
})

test('a PVE 8 takes VM.Monitor for the guest agent, which an auditor lacks, and has its words in the status line', async () => {
  await using fake = await start({ release: '8.2' })
  const { status, reason, text } = await askFake(fake, '/nodes/pve2/qemu/101/agent/get-fsinfo')
  expect({ status, reason, text }).toEqual({
    ...{ status: 403, reason: 'Permission check failed (/vms/101, VM.Monitor)' },
    text: '{"data":null}',
  })
})

test('calls, parameters and methods outside the documented ones are refused and written down', async () => {
  await using fake = await start()
  expect((await askFake(fake, '/nodes/pve1/execute')).reason).toBe(
    "Method 'GET /nodes/pve1/execute' not implemented",
  )
  expect((await askFake(fake, '/cluster/resources?type=pool')).data).toBeNull()
  expect((await askFake(fake, '/nodes/pve1/tasks?since=now&limit=5&limit=6&all=1')).status).toBe(400)
  expect((await askFake(fake, '/cluster/status', { method: 'POST', body: 'x' })).status).toBe(501)
  expect((await askFake(fake, '/nodes/pve1/lxc/100/rrddata?timeframe=decade')).status).toBe(400)
  expect(fake.ledger.violations.map((line) => line.replace(/ \(.*|value .*/, ''))).toEqual([
    'GET /nodes/pve1/execute: no such call',
    'GET /cluster/resources?type=pool: type: ',
    'GET /nodes/pve1/tasks?since=now&limit=5&limit=6&all=1: since: type check',
    'GET /nodes/pve1/tasks?since=now&limit=5&limit=6&all=1: all: property is not defined in schema and the schema does not allow additional properties',
    'GET /nodes/pve1/tasks?since=now&limit=5&limit=6&all=1: limit twice',
    'POST /cluster/status: method',
    'POST /cluster/status: has a body',
    'GET /nodes/pve1/lxc/100/rrddata?timeframe=decade: timeframe: ',
  ])
  fake.ledger.forget()
  expect(fake.ledger.violations).toEqual([])
})

test('requests are counted by node and call, with the busiest second and what wakes disks', async () => {
  await using fake = await start()
  for (let second = 0; second < 3; second++) {
    for (let index = 0; index <= second; index++) await askFake(fake, '/nodes/pve2/status', { node: 0 })
    fake.clock.advance(1_000)
  }
  await askFake(fake, '/nodes/pve1/disks/list?skipsmart=1')
  await askFake(fake, '/nodes/pve1/disks/list')
  await askFake(fake, '/nodes/pve3/disks/smart?disk=/dev/sda')
  expect(fake.ledger.count('/nodes/{node}/status')).toBe(6)
  expect(fake.ledger.count('/nodes/{node}/status', 'pve1')).toBe(0)
  expect([fake.ledger.peak('pve2'), fake.ledger.peak('pve2', 5_000), fake.ledger.peak('pve3')]).toEqual([
    3, 6, 1,
  ])
  expect(fake.ledger.diskWakeUps().map(({ target }) => target)).toEqual(['pve1', 'pve3'])
  expect(fake.ledger.diskWakeUps('pve3')).toHaveLength(1)
})
