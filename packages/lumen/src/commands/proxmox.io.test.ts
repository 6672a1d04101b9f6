import { expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '@lumen/std/clock'
import { startLumen } from '@lumen/testkit/lumen-process'
import { startFakeCluster } from '@lumen/testkit/proxmox/fake-cluster'
import { sampleCluster } from '@lumen/testkit/proxmox/sample-cluster'
import { tempDir } from '@lumen/testkit/temp-dir'

async function lumen(args: string[], stdin?: string) {
  await using child = startLumen(args, stdin === undefined ? {} : { stdin })
  const code = await child.exited
  return { code, stdout: child.stdout(), stderr: child.stderr() }
}

test('a connection is added, listed, tried and removed on the files of a hub', async () => {
  const spec = sampleCluster({ now: systemClock.now(), release: '9.1', nodes: 1, guests: 2 })
  await using fake = await startFakeCluster({ clock: systemClock, spec })
  await using dir = await tempDir()
  const data = ['--data', join(dir.path, 'data')]
  const ca = join(dir.path, 'ca.pem')
  writeFileSync(ca, fake.caPem)
  const { id, secret } = fake.tokens[0]!
  const words = ['--address', `127.0.0.1:${fake.nodes[0]!.port}`, '--token-id', id]
  const add = ['proxmox', 'add', 'home', ...words, ...data]
  expect(await lumen([...add, '--cluster-ca', ca], `${secret}\n`)).toEqual({
    ...{ code: 0, stdout: '', stderr: 'connection home added\n' },
  })
  expect(await lumen([...add, '--cluster-ca', ca], `${secret}\n`)).toMatchObject({ code: 1 })
  expect((await lumen(['proxmox', 'list', ...data])).stdout).toContain('home')
  const tried = await lumen(['proxmox', 'test', 'HOME', ...data])
  expect(tried).toMatchObject({ code: 0, stdout: expect.stringContaining('guests: 2') })
  expect(tried.stdout + tried.stderr).not.toContain(secret)
  fake.happens({ kind: 'certificate', by: 'stranger' })
  expect(await lumen(['proxmox', 'test', 'home', ...data])).toMatchObject({
    ...{ code: 1, stdout: expect.stringContaining(fake.nodes[0]!.certificate.fingerprint) },
  })
  expect((await lumen(['proxmox', 'remove', 'home', ...data])).code).toBe(0)
  expect((await lumen(['proxmox', 'list', ...data])).stdout).toBe('')
})

test('what is missing for a connection is named, before anything is read or written', async () => {
  await using dir = await tempDir()
  const data = ['--data', join(dir.path, 'data')]
  const add = (...more: string[]) => lumen(['proxmox', 'add', 'home', ...data, ...more], 'secret\n')
  const words = ['--address', 'pve1.lan', '--token-id', 'lumen@pve!hub']
  expect(await add()).toMatchObject({ code: 2, stderr: expect.stringContaining('--address') })
  expect(await add('--address', 'pve1')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--token-id'),
  })
  expect(await add(...words)).toMatchObject({ code: 2, stderr: expect.stringContaining('--cluster-ca') })
  expect(await add(...words, '--public-ca', '--fingerprint', 'AB')).toMatchObject({ code: 2 })
  expect(await add(...words, '--public-ca', '--kind', 'pbs', '--disk-smart')).toMatchObject({
    ...{ code: 2, stderr: expect.stringContaining('backup server') },
  })
  expect(await add(...words, '--cluster-ca', join(dir.path, 'none'))).toMatchObject({ code: 3 })
  expect(await add(...words, '--fingerprint', 'AB')).toMatchObject({
    ...{ code: 1, stderr: expect.stringContaining('trust.sha256[0]') },
  })
  expect(await lumen(['proxmox', 'ad', 'x'])).toMatchObject({
    ...{ code: 2, stderr: expect.stringContaining('lumen proxmox add') },
  })
})
