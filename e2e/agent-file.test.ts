import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { FakeBus } from '@lumen/agent/dbus/fake-bus'
import type { Explanation } from '@lumen/agent/explain/explanation'
import type { WireFrame } from '@lumen/protocol/agent/frame'
import { startChild } from '@lumen/testkit/child'
import { LUMEN, startLumenHub } from '@lumen/testkit/lumen-process'
import { runCommand } from '@lumen/testkit/run-command'
import { type TempDir, tempDir } from '@lumen/testkit/temp-dir'
import { until } from '@lumen/testkit/until'
import { buildAgentFile, buildFullAgentFile } from '../tools/agent-file/build.ts'
import { watchFrames } from './live-frames.ts'

const NODE = Bun.which('node')!

let dir: TempDir
let file: string
let bytes: number
let full: string
beforeAll(async () => {
  dir = await tempDir('lumen-agent-file-')
  ;({ path: file, bytes } = await buildAgentFile(dir.path))
  ;({ path: full } = await buildFullAgentFile(dir.path))
}, 120_000)
afterAll(() => dir[Symbol.asyncDispose]())

test('the agent is one small script', () => {
  expect(bytes).toBeGreaterThan(50_000)
  expect(bytes).toBeLessThanOrEqual(150 * 1024)
})

test('Node reads what Bun reads: the same entities and fields', async () => {
  const frames = await Promise.all(
    [
      [NODE, file, '--once'],
      [NODE, full, '--once'],
      [process.execPath, file, '--once'],
      [...LUMEN, 'agent', '--once'],
    ].map(async (command) => JSON.parse(await runCommand(command)) as WireFrame),
  )
  const [onNode, ...onBun] = frames.map(shapeOf)
  expect(onNode!.host).toContain('cpu_pct')
  for (const shape of onBun) expect(shape).toEqual(onNode!)
}, 120_000)

test('Node runs it as a script and as a module', async () => {
  const name = 'lumen-agent.js'
  for (const type of ['module', 'commonjs']) {
    const folder = join(dir.path, type)
    await mkdir(folder)
    await writeFile(join(folder, 'package.json'), JSON.stringify({ type }))
    await Bun.write(join(folder, name), Bun.file(file))
    expect(await runCommand([NODE, join(folder, name), '--version'])).toMatch(/^\d+\.\d+\.\d+$/)
  }
})

test('on Node it pushes to a hub, keeps frames while the hub is gone and delivers them when it is back', async () => {
  const hubData = join(dir.path, 'hub')
  const spool = join(dir.path, 'spool')
  let hub = await startLumenHub({ dataDir: hubData, intervalMs: 1_000 })
  const port = Number(new URL(hub.url).port)
  const { host, token } = await hub.admin.createHost('node-agent')
  await using agent = startChild([NODE, file, '--hub', hub.url, '--spool', spool], {
    cwd: dirname(file),
    env: { LUMEN_TOKEN: token },
  })
  const summary = async () => (await hub.admin.hosts()).find(({ id }) => id === host.id)
  await until('the host to be up', async () => (await summary())?.state === 'up', { withinMs: 60_000 })
  expect((await summary())!.protocol).toBe('native')
  await until('its facts', async () => (await summary())?.facts?.arch === process.arch, { withinMs: 60_000 })
  await hub.child.stop()
  await agent.printed(/warn /)
  hub = await startLumenHub({ dataDir: hubData, port })
  await using _ = hub
  await until('the host to be up again', async () => (await summary())?.state === 'up', { withinMs: 30_000 })
  expect(await agent.stop()).toBe(0)
}, 120_000)

test('on Node and on Bun it hears from systemd which units are failed', async () => {
  await using stack = new AsyncDisposableStack()
  const bus = stack.adopt(new FakeBus(), (one) => one.close())
  bus.fail('nginx.service')
  const rootfs = join(dir.path, 'root')
  await bus.listen(join(rootfs, 'run/dbus/system_bus_socket'))
  const hub = stack.use(await startLumenHub({ dataDir: join(dir.path, 'units-hub'), intervalMs: 1_000 }))
  for (const [name, runtime] of [
    ['node', NODE],
    ['bun', process.execPath],
  ] as const) {
    const { host, token } = await hub.admin.createHost(name)
    using watch = watchFrames(hub.admin, host.id)
    const flags = ['--hub', hub.url, '--spool-max', '0', '--rootfs', rootfs]
    await using _ = startChild([runtime, file, ...flags], { env: { LUMEN_TOKEN: token } })
    const unit = await until('the unit', () => watch.frames.at(-1)?.unit, { withinMs: 30_000 })
    expect(unit as unknown).toEqual({ 'nginx.service': { failed: 1, state: 'failed' } })
  }
}, 120_000)

test('what it may touch is told by the file beside it, as the executable tells it', async () => {
  const flags = ['--explain', '--json', '--hub', 'http://127.0.0.1:9', '--smart', '/nowhere/smartctl']
  await using small = startChild([NODE, file, ...flags])
  expect(await small.exited).toBe(2)
  expect(small.stderr()).toContain('run lumen-agent-full.js of the same build with the same flags')
  await using updating = startChild([NODE, file, '--hub', 'http://127.0.0.1:9', '--auto-update'], {
    env: { LUMEN_TOKEN: `lum_${'a'.repeat(60)}` },
  })
  expect(await updating.exited).toBe(2)
  expect(updating.stderr()).toContain('--auto-update is not part of this file')
  const [onNode, fromSource] = await Promise.all(
    [
      [NODE, full],
      [...LUMEN, 'agent'],
    ].map(async (command) => {
      const { collectors, connections, switches, own_files, hub_may, never } = JSON.parse(
        await runCommand([...command, ...flags]),
      ) as Explanation
      return { collectors, connections, switches, own_files, hub_may, never }
    }),
  )
  expect(onNode!.collectors.find(({ name }) => name === 'smartctl')?.runs).toHaveLength(2)
  expect(onNode).toEqual(fromSource!)
}, 120_000)

test('it refuses a wrong flag and a missing hub as the executable does', async () => {
  const run = (...args: string[]) =>
    startChild([NODE, file, ...args], { env: { LUMEN_HUB: undefined, LUMEN_TOKEN: undefined } })
  await using wrong = run('--hubb', 'x')
  expect(await wrong.exited).toBe(2)
  expect(wrong.stderr()).toContain('Did you mean --hub?')
  await using missing = run()
  expect(await missing.exited).toBe(3)
  expect(missing.stderr()).toContain('Which hub?')
})

/** Entities and fields of a frame. Rows that come and go by the second stand for their entity. */
function shapeOf(frame: WireFrame): Record<string, string[]> {
  const { host, core, filesystem, nic } = frame
  const rows = (table: Record<string, object> | undefined) =>
    Object.entries(table ?? {}).flatMap(([key, row]) => Object.keys(row).map((field) => `${key}.${field}`))
  return {
    frame: Object.keys(frame).sort(),
    host: Object.keys(host ?? {}).sort(),
    core: rows(core).sort(),
    filesystem: rows(filesystem).sort(),
    nic: rows(nic).sort(),
  }
}
