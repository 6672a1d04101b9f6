import { expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startLumen } from '@lumen/testkit/lumen-process'
import { tempDir } from '@lumen/testkit/temp-dir'

async function lumen(args: string[], options: { env?: Record<string, string>; stdin?: string } = {}) {
  await using child = startLumen(args, options)
  const code = await child.exited
  return { code, stdout: child.stdout(), stderr: child.stderr() }
}

test('help and version go to stdout and end with 0', async () => {
  expect(await lumen(['help'])).toMatchObject({ code: 0, stdout: expect.stringContaining('lumen up') })
  expect(await lumen(['hub', '--help'])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('--listen ADDR'),
  })
  expect((await lumen(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
})

test('wrong usage ends with 2 and a suggestion on stderr, and nothing on stdout', async () => {
  expect(await lumen(['hots'])).toEqual({
    code: 2,
    stdout: '',
    stderr: 'lumen: No command "hots". Did you mean "lumen host"?\n',
  })
  expect(await lumen(['hub', '--lisen', 'x'])).toMatchObject({ code: 2, stdout: '' })
  expect(await lumen(['host', 'ad', 'x'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Did you mean "lumen host add"?'),
  })
  expect(await lumen(['up', 'now'])).toMatchObject({ code: 2 })
})

test('a refused setting ends with 3 and says what to change', async () => {
  expect(await lumen(['hub'], { env: { LUMEN_LISTEN: 'nowhere' } })).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('LUMEN_LISTEN'),
  })
  expect(await lumen(['agent', '--hub', 'http://127.0.0.1:1'])).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('--token-file'),
  })
})

test('a bad token is refused without being shown', async () => {
  await using dir = await tempDir()
  const file = join(dir.path, 'token')
  writeFileSync(file, 'lum_secret-but-too-short\n')
  const inFile = await lumen(['agent', '--hub', 'http://127.0.0.1:1', '--token-file', file])
  expect(inFile.code).toBe(3)
  expect(inFile.stderr).toContain(file)
  expect(inFile.stderr).not.toContain('secret')
  const inEnvironment = await lumen(['agent', '--hub', 'http://127.0.0.1:1'], {
    env: { LUMEN_TOKEN: 'lum_secret-but-too-short' },
  })
  expect(inEnvironment.code).toBe(3)
  expect(inEnvironment.stderr).not.toContain('secret')
})

test('host add prints the token alone on stdout, once for each name', async () => {
  await using dir = await tempDir()
  const data = ['--data', dir.path]
  const added = await lumen(['host', 'add', 'nas', ...data])
  expect(added).toMatchObject({ code: 0, stdout: expect.stringMatching(/^lum_[A-Za-z0-9_-]{60}\n$/) })
  expect(await lumen(['host', 'add', 'nas', ...data])).toMatchObject({ code: 1, stdout: '' })
  const rotated = await lumen(['host', 'rotate', 'nas', ...data])
  expect(rotated.stdout).toMatch(/^lum_[A-Za-z0-9_-]{60}\n$/)
  expect(rotated.stdout).not.toBe(added.stdout)
  // No hub runs, so when it was seen is not known.
  expect((await lumen(['host', 'list', ...data])).stdout).toMatch(/^ +1 {2}nas {2}– {8}–\n$/)
  expect(await lumen(['host', 'remove', 'nas', ...data])).toMatchObject({ code: 0, stdout: '' })
  expect(await lumen(['host', 'list', ...data])).toMatchObject({ code: 0, stdout: '' })
}, 120_000)

test('user add takes the password from stdin', async () => {
  await using dir = await tempDir()
  const data = ['--data', dir.path]
  const password = 'correct horse battery\n'
  expect(await lumen(['user', 'add', 'ada', ...data], { stdin: password })).toMatchObject({ code: 0 })
  expect(await lumen(['user', 'add', 'bob', ...data], { stdin: 'short\n' })).toMatchObject({ code: 1 })
  expect(await lumen(['user', 'reset-password', 'ada', ...data], { stdin: password })).toMatchObject({
    code: 0,
  })
  expect(await lumen(['user', 'reset-password', 'eve', ...data], { stdin: password })).toMatchObject({
    code: 1,
  })
}, 120_000)

test('user list names who may log in, since when, and asks for no password', async () => {
  await using dir = await tempDir()
  const data = ['--data', dir.path]
  expect(await lumen(['user', 'list', ...data])).toMatchObject({ code: 0, stdout: '' })
  for (const name of ['ada', 'grace']) {
    const added = await lumen(['user', 'add', name, ...data], { stdin: 'correct horse battery\n' })
    expect(added).toMatchObject({ code: 0 })
  }
  const day = '\\d{4}-\\d\\d-\\d\\dT[\\d:.]{12}Z'
  expect((await lumen(['user', 'list', ...data])).stdout).toMatch(
    new RegExp(`^ada {4}added ${day} {2}0 sessions\ngrace {2}added ${day} {2}0 sessions\n$`),
  )
  expect(await lumen(['user', 'list', 'ada', ...data])).toMatchObject({ code: 2 })
}, 20_000)

test('a command for a data directory that is not there does not make one', async () => {
  expect(await lumen(['host', 'list', '--data', '/nowhere/lumen'])).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('--data'),
  })
})

test('agent --once prints one frame of this machine as JSON', async () => {
  const { code, stdout } = await lumen(['agent', '--once'])
  expect(code).toBe(0)
  const frame = JSON.parse(stdout)
  expect(frame).toMatchObject({ seq: 1, host: { mem_total_bytes: expect.any(Number) } })
}, 120_000)

test('agent --explain says what the agent may touch, and --json says it to tools', async () => {
  const flags = ['agent', '--explain', '--hub', 'https://hub.lan', '--docker', 'off', '--processes', 'off']
  const { code, stdout } = await lumen(flags)
  expect(code).toBe(0)
  expect(stdout).toContain('https://hub.lan/api/agent/push')
  expect(stdout).toContain('reads /proc/meminfo')
  expect(stdout).not.toContain('docker.sock')
  const json = JSON.parse((await lumen([...flags, '--json'])).stdout)
  expect(json).toMatchObject({
    switches: { docker: 'forbidden', processes: 'forbidden', guests: 'on' },
    frame: { seq: 1 },
  })
}, 120_000)

test('a pin is refused where it could not be checked', async () => {
  const env = { LUMEN_TOKEN: `lum_${'a'.repeat(60)}`, LUMEN_SPOOL_MAX: '0' }
  const pin = ['--pin', 'ab'.repeat(32)]
  expect(await lumen(['agent', '--hub', 'http://hub.lan', ...pin], { env })).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('https://'),
  })
  expect(await lumen(['agent', '--hub', 'https://hub.lan', ...pin, '--ca', 'x.pem'], { env })).toMatchObject({
    code: 2,
  })
  expect(await lumen(['agent', '--hub', 'https://hub.lan', '--pin', 'abc'], { env })).toMatchObject({
    code: 2,
  })
}, 120_000)

test('doctor finds a damaged database and ends with 1', async () => {
  await using dir = await tempDir()
  await lumen(['host', 'add', 'nas', '--data', dir.path])
  const args = ['doctor', '--data', dir.path, '--listen', '127.0.0.1:0']
  expect(await lumen(args)).toMatchObject({ code: 0, stdout: expect.stringContaining('control.db is sound') })
  writeFileSync(join(dir.path, 'control.db'), 'this is no database'.repeat(1_000))
  expect(await lumen(args)).toMatchObject({ code: 1, stdout: expect.stringContaining('fail  control.db') })
}, 120_000)
