import { expect, test } from 'bun:test'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LUMEN, startLumen, startLumenHub } from '@lumen/testkit/lumen-process'
import { testNeeding } from '@lumen/testkit/needs'
import { tempDir } from '@lumen/testkit/temp-dir'

async function lumen(args: string[], env: Record<string, string> = {}) {
  await using child = startLumen(args, { env })
  const code = await child.exited
  return { code, stdout: child.stdout(), stderr: child.stderr() }
}

test('a running hub is backed up and its data comes back elsewhere, encrypted on the way', async () => {
  await using dir = await tempDir()
  const [data, target, file, key] = ['data', 'target', 'backup.age', 'key'].map((name) =>
    join(dir.path, name),
  ) as [string, string, string, string]
  writeFileSync(key, 'correct horse battery\n')
  {
    await using hub = await startLumenHub({ dataDir: data })
    await hub.admin.call('POST', '/api/hosts', { name: 'nas' })
    const made = await lumen(['backup', file, '--data', data, '--passphrase-file', key])
    expect(made).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringMatching(/backup .+: [\d.]+ KiB in [\d.]+ s\n$/),
    })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(await lumen(['restore', file, '--data', data, '--force', '--passphrase-file', key])).toMatchObject(
      {
        code: 3,
        stderr: expect.stringContaining('stop it'),
      },
    )
    expect(hub.child.isRunning()).toBe(true)
  }
  const restore = ['restore', file, '--data', target]
  expect(await lumen(restore)).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('--passphrase-file'),
  })
  expect(existsSync(target)).toBe(false)
  const restored = await lumen(restore, { LUMEN_PASSPHRASE_FILE: key })
  expect(restored).toMatchObject({ code: 0, stderr: expect.stringContaining('start the hub on it') })
  expect(await lumen(restore, { LUMEN_PASSPHRASE_FILE: key })).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('--force'),
  })
  expect((await lumen(['host', 'list', '--data', target])).stdout).toContain('nas')
}, 120_000)

test('a file that is there is kept without --force, and a bad one is refused with 1', async () => {
  await using dir = await tempDir()
  const [data, file] = ['data', 'file'].map((name) => join(dir.path, name)) as [string, string]
  mkdirSync(data)
  await lumen(['host', 'add', 'nas', '--data', data])
  writeFileSync(file, 'something of mine')
  expect(await lumen(['backup', file, '--data', data])).toMatchObject({ code: 3 })
  expect(readFileSync(file, 'utf8')).toBe('something of mine')
  expect(await lumen(['restore', file, '--data', data, '--force'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('no backup of Lumen'),
  })
  expect(await lumen(['backup', file, '--data', data, '--force'])).toMatchObject({ code: 0 })
  expect(await lumen(['restore', file, '--verify-only'])).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('is whole'),
  })
  expect(await lumen(['backup', '--data', data])).toMatchObject({ code: 2 })
  expect(await lumen(['backup', file, '--data', join(dir.path, 'nowhere')])).toMatchObject({ code: 3 })
  expect(readdirSync(dir.path).sort()).toEqual(['data', 'file'])
}, 120_000)

test('where a backup cannot be written nothing is left of it', async () => {
  await using dir = await tempDir()
  const data = join(dir.path, 'data')
  await lumen(['host', 'add', 'nas', '--data', data])
  const answer = await lumen(['backup', join(dir.path, 'nowhere', 'file'), '--data', data])
  expect(answer).toMatchObject({ code: 1, stderr: expect.stringContaining('Cannot write') })
}, 120_000)

test('a disk that is full while restoring leaves the old data as it was', async () => {
  await using dir = await tempDir()
  const [data, file] = ['data', 'file'].map((name) => join(dir.path, name)) as [string, string]
  await lumen(['host', 'add', 'nas', '--data', data])
  await lumen(['backup', file, '--data', data])
  await lumen(['host', 'add', 'later', '--data', data])
  const before = readFileSync(join(data, 'control.db'))
  // no file of this process may grow past 8 KiB: writing fails as it does on a full disk
  const limited = startLumen(['restore', file, '--data', data, '--force'], {
    wrapper: ['sh', '-c', 'ulimit -f 16; trap "" XFSZ; exec "$@"', 'sh'],
  })
  await using child = limited
  expect(await child.exited).toBe(3)
  expect(child.stderr()).toContain('Nothing was changed')
  expect(readFileSync(join(data, 'control.db'))).toEqual(before)
  expect(existsSync(join(data, 'restoring'))).toBe(false)
  expect((await lumen(['host', 'list', '--data', data])).stdout).toContain('later')
}, 120_000)

test('stdout carries a backup that tar opens, with checksums that sha256sum agrees with', async () => {
  await using dir = await tempDir()
  const data = join(dir.path, 'data')
  await lumen(['host', 'add', 'nas', '--data', data])
  const file = join(dir.path, 'out.tar.zst')
  const child = Bun.spawn([...LUMEN, 'backup', '-', '--data', data], {
    stdout: Bun.file(file),
    stderr: 'ignore',
  })
  expect(await child.exited).toBe(0)
  const tar = join(dir.path, 'out.tar')
  writeFileSync(tar, Bun.zstdDecompressSync(readFileSync(file)))
  const into = join(dir.path, 'into')
  mkdirSync(into)
  expect(Bun.spawnSync(['tar', '-xf', tar, '-C', into]).exitCode).toBe(0)
  expect(readdirSync(into).sort()).toEqual(['SHA256SUMS', 'control.db', 'manifest.json'])
  expect(Bun.spawnSync(['sha256sum', '-c', '--quiet', 'SHA256SUMS'], { cwd: into }).exitCode).toBe(0)
  expect(await lumen(['restore', file, '--verify-only'])).toMatchObject({ code: 0 })
}, 120_000)

testNeeding({ programs: { age: 'age', zstd: 'zstd' } })(
  'age opens an encrypted backup and zstd what is in it',
  async () => {
    await using dir = await tempDir()
    const [data, file, key] = ['data', 'file', 'key'].map((name) => join(dir.path, name)) as [
      string,
      string,
      string,
    ]
    writeFileSync(key, 'correct horse battery\n')
    await lumen(['host', 'add', 'nas', '--data', data])
    await lumen(['backup', file, '--data', data, '--passphrase-file', key])
    // age asks at a terminal and nowhere else
    const open = `age -d '${file}' | zstd -dc | tar -tf -`
    const run = Bun.spawnSync(['script', '-qec', open, '/dev/null'], {
      stdin: Buffer.from('correct horse battery\n'),
    })
    expect(run.stdout.toString()).toContain('control.db')
  },
  120_000,
)
