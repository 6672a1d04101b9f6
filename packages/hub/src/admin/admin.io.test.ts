import { expect, test } from 'bun:test'
import { statSync } from 'node:fs'
import { errorCode, errorMessage } from '@lumen/std/error'
import { tempDir } from '@lumen/testkit/temp-dir'
import { until } from '@lumen/testkit/until'
import { holdData } from '../backup/hold-data.ts'
import { HOLD_CHILD } from '../testing/hold-child.ts'
import { PASSWORD, pushOf, startTestHub, type TestHub } from '../testing/test-hub.ts'
import type { Admin } from './admin.ts'
import { adminSocketPath, HELD, HOLD_PATH, serveAdminSocket } from './admin-socket.ts'
import { openAdmin } from './open-admin.ts'
import { RemoteAdmin } from './remote-admin.ts'

const codeOf = (work: Promise<unknown>) => work.then(() => 'done', errorCode)

/** What both ways of doing it have in common. */
async function exercise(admin: Admin): Promise<void> {
  const added = await admin.addHost('nas')
  expect(added.token).toMatch(/^lum_/)
  expect(await codeOf(admin.addHost('NAS'))).toBe('host_name_taken')
  expect(await codeOf(admin.addHost(' '))).toBe('name_invalid')
  const rotated = await admin.rotateHost('nas')
  expect(rotated.id).toBe(added.id)
  expect(rotated.token).not.toBe(added.token)
  expect(await codeOf(admin.rotateHost('nobody'))).toBe('host_unknown')
  await admin.addHost('other')
  await admin.removeHost('other')
  expect((await admin.listHosts()).map(({ name }) => name)).toEqual(['nas'])
  await admin.addUser('second', PASSWORD)
  expect(await codeOf(admin.addUser('SECOND', PASSWORD))).toBe('user_name_taken')
  expect(await codeOf(admin.addUser('third', 'short'))).toBe('password_invalid')
  expect(await codeOf(admin.resetPassword('nobody', PASSWORD))).toBe('user_unknown')
  await admin.addProxmox(CONNECTION)
  expect(await codeOf(admin.addProxmox(CONNECTION))).toBe('connection_name_taken')
  expect(await codeOf(admin.addProxmox({ ...CONNECTION, name: 'x', token_id: 'x' }))).toBe(
    'connection_invalid',
  )
  expect((await admin.listProxmox()).map(({ name, kind }) => `${name} ${kind}`)).toEqual(['lab pve'])
  expect(await admin.testProxmox('LAB')).toMatchObject({ ok: false, version: null })
  await admin.removeProxmox('lab')
  expect(await codeOf(admin.testProxmox('lab'))).toBe('connection_unknown')
}

/** Of nobody: its port takes no connections. */
const CONNECTION = {
  name: 'lab',
  kind: 'pve',
  addresses: ['127.0.0.1:1'],
  token_id: 'lumen@pve!hub',
  secret: 'secret',
  trust: { by: 'public' as const },
}

test('a hub that holds its data and does not listen is told in words', async () => {
  await using dir = await tempDir()
  const remote = new RemoteAdmin(adminSocketPath(dir.path))
  const fault = await remote.listProxmox().catch((thrown: unknown) => thrown)
  expect(errorCode(fault)).toBe('hub_unreachable')
  expect(errorMessage(fault)).toContain('nobody listens there')
})

test('without a hub the commands work on the files, and a hub started later knows all of it', async () => {
  await using dir = await tempDir()
  {
    await using admin = await openAdmin(dir.path)
    expect(admin.isLive).toBe(false)
    await exercise(admin)
  }
  await using t = await startTestHub({ dataDir: dir.path })
  expect(t.hub.setupCode).toBeNull()
  const login = await t.call('POST', '/api/login', { username: 'second', password: PASSWORD })
  expect(login.status).toBe(200)
})

test('with a hub running they go through it and take effect at once', async () => {
  await using t = await startTestHub()
  await t.logIn()
  await using admin = await openAdmin(t.dataDir)
  expect(admin.isLive).toBe(true)
  await exercise(admin)
  const { token } = await admin.rotateHost('nas')
  expect((await t.push(token, pushOf([]))).status).toBe(200)
  expect(await admin.listHosts()).toMatchObject([{ name: 'nas', state: 'up' }])
  const users = await admin.listUsers()
  expect(users.map(({ name, sessions }) => [name, sessions])).toEqual([
    ['admin', 1],
    ['second', 0],
  ])
  expect(users.map(({ last_used_at }) => last_used_at !== null)).toEqual([true, false])
  await admin.resetPassword('admin', 'a different password')
  expect(await admin.listUsers()).toMatchObject([{ sessions: 0, last_used_at: null }, {}])
  expect((await t.call('GET', '/api/me')).status).toBe(401)
})

test('a command of a newer program is refused in words, not with what a checker found', async () => {
  await using t = await startTestHub()
  const answer = await fetch('http://hub/', {
    ...{ unix: adminSocketPath(t.dataDir), method: 'POST' },
    body: '{"op":"paintHost"}',
  })
  expect(await answer.json()).toEqual({
    ...{ ok: false, code: 'admin_call_unknown' },
    message:
      'The running hub does not know this command: it is of another version. Restart it with this program',
  })
})

test('the socket is its owner’s alone', async () => {
  await using t = await startTestHub()
  expect(statSync(adminSocketPath(t.dataDir)).mode & 0o777).toBe(0o600)
  expect(statSync(t.dataDir).mode & 0o077).toBe(0)
})

test('cold files are held for as long as whoever asked for it lives, and no longer', async () => {
  await using t = await startTestHub()
  {
    await using hold = await holdData(t.dataDir)
    expect(hold.isLive).toBe(true)
    hold.check()
    expect(t.tsdb.holds).toBe(1)
  }
  await noHolds(t)
  const holder = Bun.spawn([process.execPath, HOLD_CHILD, t.dataDir], { stdout: 'pipe', stderr: 'inherit' })
  for await (const _held of holder.stdout) holder.kill('SIGKILL')
  await noHolds(t)
})

test('whoever asks for the files is answered while a job on them goes on, and has them after it', async () => {
  await using dir = await tempDir()
  await using admin = await openAdmin(dir.path)
  const job = Promise.withResolvers<Disposable>()
  await using _socket = serveAdminSocket(dir.path, admin, () => job.promise)
  const asked = { unix: adminSocketPath(dir.path), method: 'POST' }
  const reader = (await fetch(`http://localhost${HOLD_PATH}`, asked)).body!.getReader()
  expect(Buffer.from((await reader.read()).value!).toString()).toBe('waiting\n')
  const holding = holdData(dir.path)
  job.resolve({ [Symbol.dispose]: () => undefined })
  expect(Buffer.from((await reader.read()).value!).toString()).toBe(HELD)
  await using hold = await holding
  expect(hold.isLive).toBe(true)
  await reader.cancel()
})

test('a hub that stops lets whoever holds its files know', async () => {
  const t = await startTestHub()
  await using hold = await holdData(t.dataDir)
  await t[Symbol.asyncDispose]()
  await until(
    'the hold to end',
    () => codeOf(Promise.try(() => hold.check())).then((code) => code === 'hub_stopped'),
    {
      withinMs: 60_000,
    },
  )
})

test('without a hub nobody can start one while the data is held', async () => {
  await using dir = await tempDir()
  await using hold = await holdData(dir.path)
  expect(hold.isLive).toBe(false)
  expect(await codeOf(startTestHub({ dataDir: dir.path }))).toBe('data_dir_in_use')
})

async function noHolds(t: TestHub): Promise<void> {
  await until('the files to be let go', () => t.tsdb.holds === 0, { withinMs: 60_000 })
}
