import { afterAll, beforeAll, expect, test } from 'bun:test'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { appendFile, copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { testNeeding } from '@lumen/testkit/needs'
import { runCommand } from '@lumen/testkit/run-command'
import { type TempDir, tempDir } from '@lumen/testkit/temp-dir'
import { ROOT } from '../tools/run.ts'
import { type InstallWorld, installWorld, runScript } from './install/install-world.ts'

const ARCH = process.arch === 'arm64' ? 'arm64' : 'x64'
/** Stands for the executable: the script only asks for its version. */
const PROGRAM = '#!/bin/sh\necho 9.9.9\n'

let dir: TempDir
let builds: string
let world: InstallWorld
beforeAll(async () => {
  dir = await tempDir('lumen-install-')
  builds = join(dir.path, 'builds')
  await mkdir(builds)
  for (const libc of ['', '-musl']) await writeFile(join(builds, `lumen-linux-${ARCH}${libc}`), PROGRAM)
  world = await installWorld(dir.path, builds)
}, 120_000)
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await dir[Symbol.asyncDispose]()
})

const at = (path: string) => join(world.root, path)
const text = (path: string) => readFileSync(at(path), 'utf8')
const mode = (path: string) => (statSync(at(path)).mode & 0o777).toString(8)
const left = async () =>
  (await readdir(world.root, { recursive: true, withFileTypes: true }))
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(world.root.length + 1))
    .sort()

const INSTALLED = [
  'etc/lumen/agent.json',
  'etc/lumen/token',
  'etc/systemd/system/lumen-agent.service',
  'usr/local/bin/lumen',
]

testNeeding({ programs: { shellcheck: 'shellcheck' } })(
  'the script is plain POSIX shell without complaints',
  async () => {
    expect(await runCommand(['shellcheck', '-s', 'sh', join(ROOT, 'deploy/install/install.sh')])).toBe('')
  },
)

test('a refused installation says why and leaves nothing', async () => {
  const LUMEN_TOKEN = await world.newToken('refused')
  const wrong = (digit: string) => ['--sha256', digit.repeat(64)]
  const cases: [RegExp, string[], Record<string, string>?][] = [
    [/which host\?/, []],
    [/no host token/, [], { LUMEN_TOKEN: 'lum_short' }],
    [/does not know this token/, [], { LUMEN_TOKEN: `lum_${'a'.repeat(60)}` }],
    [/not what the hub's page vouched for/, wrong('0'), { LUMEN_TOKEN }],
    [/64 hexadecimal digits/, ['--sha256', 'abc'], { LUMEN_TOKEN }],
    [/does not answer as a Lumen hub/, ['--hub', 'http://127.0.0.1:9'], { LUMEN_TOKEN }],
    [/refused over plain HTTP/, ['--auto-update', '--hub', 'http://hub.lan:8090'], { LUMEN_TOKEN }],
    [/is no http/, ['--hub', 'ftp://hub'], { LUMEN_TOKEN }],
    [/no flag --tokens/, ['--tokens', 'x'], { LUMEN_TOKEN }],
    [/needs a value/, ['--token-file'], { LUMEN_TOKEN }],
  ]
  for (const [reason, flags, env] of cases) {
    const { code, said } = await world.install(flags, env)
    expect(said).toMatch(reason)
    expect(said).not.toContain(LUMEN_TOKEN)
    expect(code).toBe(1)
    expect(await left()).toEqual([])
  }
}, 120_000)

test('it installs program, settings, token and service, and starts it', async () => {
  const LUMEN_TOKEN = await world.newToken('nas')
  const { code, said } = await world.install([], { LUMEN_TOKEN })
  expect(said).toContain('Lumen 9.9.9 is running')
  expect(code).toBe(0)
  expect(await left()).toEqual(INSTALLED)
  expect([mode('etc/lumen/token'), mode('usr/local/bin/lumen')]).toEqual(['600', '755'])
  expect(text('etc/lumen/token')).toBe(`${LUMEN_TOKEN}\n`)
  expect(JSON.parse(text('etc/lumen/agent.json'))).toEqual({
    hub: world.hub.url,
    token_file: '/etc/lumen/token',
  })
  const unit = readFileSync(join(ROOT, 'deploy/systemd/lumen-agent.service'), 'utf8')
  expect(text('etc/systemd/system/lumen-agent.service')).toBe(unit)
  expect(await world.calls()).toContain('restart lumen-agent.service')
}, 120_000)

test('run again it updates in place, and keeps the token and what a person set', async () => {
  const token = text('etc/lumen/token')
  await writeFile(at('etc/lumen/agent.json'), `{"hub":"http://old:1", "interval": "10s", "token": "lum_x"}`)
  await appendFile(join(builds, `lumen-linux-${ARCH}`), '# newer\n')
  await appendFile(join(builds, `lumen-linux-${ARCH}-musl`), '# newer\n')
  expect((await world.install()).code).toBe(0)
  expect(text('etc/lumen/token')).toBe(token)
  expect(text('usr/local/bin/lumen')).toContain('# newer')
  expect(JSON.parse(text('etc/lumen/agent.json'))).toEqual({
    ...{ hub: world.hub.url, token_file: '/etc/lumen/token', interval: '10s' },
  })
  expect(await left()).toEqual(INSTALLED)
  const LUMEN_TOKEN = await world.newToken('nas again')
  expect((await world.install([], { LUMEN_TOKEN })).code).toBe(0)
  expect(text('etc/lumen/token')).toBe(`${LUMEN_TOKEN}\n`)
}, 120_000)

test('--auto-update is written where the agent and its service look for it, once, and stays', async () => {
  const dropIn = 'etc/systemd/system/lumen-agent.service.d/auto-update.conf'
  await writeFile(at('etc/lumen/agent.json'), `{"auto_update": false, "interval": "10s"}`)
  for (const flags of [['--auto-update'], ['--auto-update'], []]) {
    expect((await world.install(flags)).code).toBe(0)
    expect(JSON.parse(text('etc/lumen/agent.json'))).toEqual({
      ...{ hub: world.hub.url, token_file: '/etc/lumen/token', auto_update: true, interval: '10s' },
    })
    expect(text(dropIn)).toBe(readFileSync(join(ROOT, 'deploy/systemd/auto-update.conf'), 'utf8'))
  }
  await rm(at(dropIn))
}, 120_000)

test('wget serves as well as curl, and the token may come from a file', async () => {
  const bin = join(dir.path, 'without-curl')
  await mkdir(bin)
  const needed =
    'sh setsid uname ldd grep ls sha256sum cut sed head cat tr dirname mkdir cp chmod ln mv rm mktemp date wget id'
  for (const name of needed.split(' ')) await symlinkOf(name, bin)
  for (const name of ['systemctl', 'journalctl']) await copyFile(join(dir.path, 'bin', name), join(bin, name))
  const file = join(dir.path, 'token')
  await writeFile(file, `${await world.newToken('by wget')}\n`)
  const { code, said } = await world.install(['--token-file', file], { PATH: bin })
  expect(said).toContain('is running')
  expect(code).toBe(0)
  expect(text('etc/lumen/token')).toBe(readFileSync(file, 'utf8'))
}, 120_000)

test('an update that cannot be started puts everything back', async () => {
  const before = INSTALLED.map(text)
  await appendFile(join(builds, `lumen-linux-${ARCH}`), '# broken\n')
  await writeFile(join(dir.path, 'broken'), '')
  const { code, said } = await world.install([], { LUMEN_TOKEN: await world.newToken('broken') })
  await rm(join(dir.path, 'broken'))
  expect(said).toContain('putting back what was there')
  expect(code).toBe(1)
  expect(INSTALLED.map(text)).toEqual(before)
  expect(await left()).toEqual(INSTALLED)
}, 120_000)

test('--uninstall removes all of it, and twice is no fault', async () => {
  expect((await world.install(['--auto-update'])).code).toBe(0)
  for (const _ of [1, 2]) {
    const { code, said } = await runScript(world.hub.url, ['--uninstall', '--root', world.root], {
      PATH: `${join(dir.path, 'bin')}:${process.env.PATH}`,
    })
    expect(said).toContain('the agent is removed')
    expect(code).toBe(0)
    expect(await left()).toEqual([])
  }
  expect(existsSync(at('etc/lumen'))).toBe(false)
  expect(await world.calls()).toContain('disable --now lumen-agent.service')
}, 120_000)

test('cut off anywhere in the middle, the script does nothing', async () => {
  const script = await (await fetch(`${world.hub.url}/install.sh`)).text()
  for (const part of [0.3, 0.6, 0.95]) {
    const file = join(dir.path, 'cut.sh')
    await writeFile(file, script.slice(0, Math.floor(script.length * part)))
    await runCommand(['sh', file, '--root', world.root]).catch(() => '')
    expect(await left()).toEqual([])
  }
})

async function symlinkOf(name: string, bin: string): Promise<void> {
  await runCommand(['ln', '-s', Bun.which(name)!, join(bin, name)])
}
