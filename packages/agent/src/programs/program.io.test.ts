import { expect, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '@lumen/testkit/until'
import { FakeProgram } from './fake-program.ts'
import { Program } from './program.ts'
import { parseProgramSetting, programOf } from './setting.ts'

const patient = (program: string) => new Program({ program, timeoutMs: 60_000 })

test('a program’s output and exit code are its outcome', async () => {
  using fake = new FakeProgram('tool', 'echo "got $#: $1"; exit 5')
  expect(await patient(fake.path).run(['a b; $HOME', '*'])).toEqual({
    kind: 'done',
    code: 5,
    output: 'got 2: a b; $HOME\n',
  })
})

test('it gets nothing of the agent’s environment', async () => {
  using fake = new FakeProgram('tool', 'env | sort | grep -v "^_=\\|^PWD=\\|^SHLVL=\\|^OLDPWD="; pwd')
  process.env.LUMEN_TEST_SECRET = 'secret'
  const outcome = await patient(fake.path).run([])
  delete process.env.LUMEN_TEST_SECRET
  const path = 'PATH=/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin:/sbin:/bin'
  expect(outcome).toEqual({ kind: 'done', code: 0, output: `LC_ALL=C\n${path}\n/\n` })
})

test('one that is not there, cannot be run or is killed says so', async () => {
  expect(await patient('/nowhere/tool').run([])).toEqual({ kind: 'missing' })
  expect(await patient('lumen-no-such-program').run([])).toEqual({ kind: 'missing' })
  using fake = new FakeProgram('tool', 'kill -9 $$')
  expect(await patient(fake.path).run([])).toEqual({
    kind: 'failed',
    reason: `${fake.path} was ended by SIGKILL`,
  })
  expect(await patient(fake.folder).run([])).toMatchObject({
    kind: 'failed',
    reason: expect.stringContaining('cannot be run'),
  })
})

/** Pids a script noted, and whether they still run. */
const isAlive = (pid: number) =>
  existsSync(`/proc/${pid}`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))

test('one that hangs is killed after its time, with all it started, and can be run again', async () => {
  using fake = new FakeProgram('tool', 'sleep 1000 & echo $! $$ >"$folder/pids"; wait')
  const program = new Program({ program: fake.path, timeoutMs: 2_000 })
  expect(await program.run([])).toEqual({ kind: 'failed', reason: `${fake.path} gave no answer within 2 s` })
  const pids = readFileSync(join(fake.folder, 'pids'), 'utf8').split(' ').map(Number)
  await until('both ended', () => !pids.some(isAlive), { withinMs: 60_000 })
  fake.become('echo fine')
  const again = () => program.run([])
  await until('it can be run', async () => (await again()).kind === 'done', { withinMs: 60_000 })
})

test('of two runs at once the second is refused', async () => {
  using fake = new FakeProgram('tool', 'sleep 1000')
  const program = patient(fake.path)
  const first = program.run([])
  expect(await program.run([])).toEqual({ kind: 'failed', reason: `${fake.path} of before still hangs` })
  program.stop()
  expect(await first).toEqual({ kind: 'failed', reason: `${fake.path} was ended by SIGKILL` })
})

test('one that talks without end is ended', async () => {
  using fake = new FakeProgram('tool', 'yes endless')
  expect(await patient(fake.path).run([])).toEqual({
    kind: 'failed',
    reason: `${fake.path} said more than 1048576 characters`,
  })
})

test('a setting is on, off, the program or its path', () => {
  const parse = parseProgramSetting('smartctl')
  expect(['on', 'true', 'OFF', '0', 'smartctl', '/opt/smartctl'].map(parse)).toEqual([
    'on',
    'on',
    'off',
    'off',
    'smartctl',
    '/opt/smartctl',
  ])
  for (const bad of ['', 'full', 'nvidia-smi', './smartctl', 'smartctl -x'])
    expect(() => parse(bad)).toThrow('none of on, off, smartctl and the path of smartctl')
  expect(['on', 'off', 'smartctl', '/opt/smartctl'].map(programOf)).toEqual([
    undefined,
    undefined,
    'smartctl',
    '/opt/smartctl',
  ])
})
