import { expect, test } from 'bun:test'
import { statSync } from 'node:fs'
import { errorCode } from '@lumen/std/error'
import { tempDir } from '@lumen/testkit/temp-dir'
import { PASSWORD, pushOf, startTestHub } from '../testing/test-hub.ts'
import type { Admin } from './admin.ts'
import { adminSocketPath } from './admin-socket.ts'
import { openAdmin } from './open-admin.ts'

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
}

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
  await admin.resetPassword('admin', 'a different password')
  expect((await t.call('GET', '/api/me')).status).toBe(401)
})

test('the socket is its owner’s alone', async () => {
  await using t = await startTestHub()
  expect(statSync(adminSocketPath(t.dataDir)).mode & 0o777).toBe(0o600)
  expect(statSync(t.dataDir).mode & 0o077).toBe(0)
})
