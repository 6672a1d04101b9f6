import { Database } from 'bun:sqlite'
import { expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode, errorMessage } from '@lumen/std/error'
import { silentLog } from '@lumen/std/log'
import { tempDir } from '@lumen/testkit/temp-dir'
import { SCHEMA_VERSION } from '../control-db/schema.ts'
import { startHub } from '../hub.ts'
import { startTestHub } from '../testing/test-hub.ts'
import type { HubConfig } from './hub-config.ts'

async function refused(config: Partial<HubConfig> & { dataDir: string }): Promise<unknown> {
  try {
    const hub = await startHub({ host: '127.0.0.1', port: 0, ...config }, { log: silentLog })
    await hub[Symbol.asyncDispose]()
    return 'started'
  } catch (fault) {
    return { code: errorCode(fault), message: errorMessage(fault) }
  }
}

test('a second hub on the same data says so, and the first goes on', async () => {
  await using t = await startTestHub()
  expect(await refused({ dataDir: t.dataDir })).toEqual({
    code: 'data_dir_in_use',
    message: expect.stringContaining('stop it, or choose another'),
  })
  expect((await t.call('GET', '/healthz')).status).toBe(200)
})

test('a taken port says so and leaves the data free', async () => {
  await using t = await startTestHub()
  await using dir = await tempDir()
  expect(await refused({ dataDir: dir.path, port: t.hub.port })).toEqual({
    code: 'port_in_use',
    message: expect.stringContaining(`127.0.0.1:${t.hub.port}`),
  })
  expect(await refused({ dataDir: dir.path })).toBe('started')
})

test('an address of another machine says so', async () => {
  await using dir = await tempDir()
  expect(await refused({ dataDir: dir.path, host: '192.0.2.1' })).toMatchObject({
    code: 'address_unavailable',
  })
})

test('a data directory that is a file says what to change', async () => {
  await using dir = await tempDir()
  const path = join(dir.path, 'file')
  writeFileSync(path, '')
  for (const dataDir of [path, join(path, 'below')]) {
    expect(await refused({ dataDir })).toEqual({
      code: 'data_dir_unwritable',
      message: `Cannot use ${dataDir} as the data directory: a file is in the way. Choose another with --data`,
    })
  }
})

test('a database of a newer program is not touched', async () => {
  await using dir = await tempDir()
  const path = join(dir.path, 'control.db')
  const db = new Database(path, { create: true })
  db.exec(`CREATE TABLE of_the_future (x); PRAGMA user_version = ${SCHEMA_VERSION + 1}`)
  db.close()
  expect(await refused({ dataDir: dir.path })).toEqual({
    code: 'database_too_new',
    message: expect.stringContaining('run the newer Lumen'),
  })
  const after = new Database(path, { readonly: true })
  expect(after.query('SELECT name FROM sqlite_master').all()).toEqual([{ name: 'of_the_future' }])
  after.close()
})

test('a damaged database is refused by name', async () => {
  await using dir = await tempDir()
  writeFileSync(
    join(dir.path, 'control.db'),
    'this is not a database at all, whatever its name says'.repeat(100),
  )
  expect(await refused({ dataDir: dir.path })).toMatchObject({ code: 'database_unusable' })
})

test.each([
  [{ tlsCert: '/nowhere/cert.pem' }, 'tls_unusable'],
  [{ tlsCert: '/nowhere/cert.pem', tlsKey: '/nowhere/key.pem' }, 'tls_unusable'],
  [{ tlsCert: import.meta.path, tlsKey: import.meta.path }, 'tls_unusable'],
  [{ trustProxy: ['10.0.0.0/99'] }, 'network_invalid'],
])('%o is refused as %s', async (config, code) => {
  await using dir = await tempDir()
  expect(await refused({ dataDir: dir.path, ...config })).toMatchObject({ code })
})
