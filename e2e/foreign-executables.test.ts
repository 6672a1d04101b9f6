import { afterAll, beforeAll, expect } from 'bun:test'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Child, startChild } from '@lumen/testkit/child'
import { HubClient } from '@lumen/testkit/hub-client'
import { testNeeding } from '@lumen/testkit/needs'
import { type TempDir, tempDir } from '@lumen/testkit/temp-dir'
import { until } from '@lumen/testkit/until'
import { buildExecutable, type Target } from '../tools/build-executable.ts'
import { readMachO } from '../tools/mach-o/layout.ts'
import { isSigned } from '../tools/mach-o/signature.ts'
import { buildNeeds } from './foreign/build-needs.ts'

const ARM64_ROOT = '/usr/aarch64-linux-gnu'
const ARM64_PACKAGES = 'libc6-arm64-cross libstdc++6-arm64-cross libgcc-s1-arm64-cross'
const MUSL_LIBRARIES = '/usr/local/lib/x86_64-linux-musl'
/** The runtime's compiler is off, as services have it, and because it gains nothing in emulation. */
const ENV = { BUN_JSC_useJIT: '0' }

let dir: TempDir
beforeAll(async () => {
  dir = await tempDir('lumen-foreign-')
})
afterAll(() => dir[Symbol.asyncDispose]())

const build = async (target: Target) => (await buildExecutable(target, join(dir.path, 'dist'))).path

testNeeding(
  buildNeeds(['linux-arm64'], {
    programs: { 'qemu-aarch64-static': 'qemu-user-static' },
    files: { [join(ARM64_ROOT, 'lib/libstdc++.so.6')]: `apt-get install ${ARM64_PACKAGES}` },
  }),
)(
  'the executable for 64-bit ARM is hub and agent on an emulated processor of that kind',
  async () => {
    const lumen = await build('linux-arm64')
    await expectHubAndAgent('arm64', ['qemu-aarch64-static', '-L', ARM64_ROOT, lumen], ENV)
  },
  180_000,
)

testNeeding(
  buildNeeds(['linux-x64-musl'], {
    files: {
      '/lib/ld-musl-x86_64.so.1': 'apt-get install musl',
      [MUSL_LIBRARIES]: `run .ci/musl-libraries ${MUSL_LIBRARIES}`,
    },
  }),
)(
  'the executable for musl is hub and agent with the C library of Alpine',
  async () => {
    const lumen = await build('linux-x64-musl')
    await expectHubAndAgent('musl', [lumen], { ...ENV, LD_LIBRARY_PATH: MUSL_LIBRARIES })
  },
  180_000,
)

for (const [target, cpu] of [
  ['darwin-x64', 'x64'],
  ['darwin-arm64', 'arm64'],
] as const) {
  testNeeding(buildNeeds([target]))(
    `the executable ${target} is a program for macOS whose signature covers every page`,
    async () => {
      const file = await readFile(await build(target))
      expect(readMachO(file).cpu).toBe(cpu)
      expect(isSigned(file)).toBe(true)
      file[file.length >> 1]! ^= 1
      expect(isSigned(file)).toBe(false)
    },
    60_000,
  )
}

testNeeding(buildNeeds(['windows-x64']))(
  'the executable for Windows is a 64-bit program of the console that holds Lumen',
  async () => {
    const file = await readFile(await build('windows-x64'))
    const header = file.readUInt32LE(0x3c)
    expect(file.toString('latin1', 0, 2)).toBe('MZ')
    expect(file.toString('latin1', header, header + 4)).toBe('PE\0\0')
    const [machine, magic, subsystem] = [4, 24, 92].map((at) => file.readUInt16LE(header + at))
    expect({ machine, magic, subsystem }).toEqual({ machine: 0x8664, magic: 0x20b, subsystem: 3 })
    expect(file.includes('packages/hub/src/')).toBe(true)
  },
  60_000,
)

/** Starts the hub, then an agent of it, and ends both, each as a process of its own. */
async function expectHubAndAgent(name: string, lumen: readonly string[], env: Record<string, string>) {
  const start = (...args: string[]): Child =>
    startChild([...lumen, ...args], {
      cwd: dir.path,
      env: { ...env, LUMEN_SPOOL_MAX: '0', LUMEN_DOCKER: 'off' },
    })
  await using once = start('agent', '--once')
  expect([await once.exited, once.stderr()]).toEqual([0, ''])
  expect(JSON.parse(once.stdout())).toMatchObject({
    host: { mem_total_bytes: expect.any(Number), cpu_pct: expect.any(Number) },
  })
  const data = ['--data', join(dir.path, name)]
  await using hub = start('hub', ...data, '--listen', '127.0.0.1:0', '--setup-code', 'test-code')
  const [url] = await hub.printed(/http:\/\/127\.0\.0\.1:\d+/, 60_000)
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  const admin = new HubClient(url)
  await admin.setup('test-code')
  const { token } = await admin.createHost(name)
  await using agent = start('agent', '--hub', url, '--token', token)
  await until('its host to be up', async () => (await admin.hosts())[0]?.state === 'up', { withinMs: 60_000 })
  await agent.printed(/hub answers/, 60_000)
  expect(await agent.stop(60_000)).toBe(0)
  expect(await hub.stop(60_000)).toBe(0)
}
