import { afterAll, beforeAll, expect } from 'bun:test'
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { OWN_ROOTS, type Roots } from '@lumen/agent/config'
import { FakeBus } from '@lumen/agent/dbus/fake-bus'
import { FakeEngine } from '@lumen/agent/engine/fake-engine'
import type { Explanation } from '@lumen/agent/explain/explanation'
import { MACHINES, rootsOf } from '@lumen/agent/fixture'
import { parseMountinfo } from '@lumen/agent/procfs/mountinfo'
import { FakeProgram } from '@lumen/agent/programs/fake-program'
import { covers } from '@lumen/agent/reads'
import {
  CHECKOUT,
  type RunningHub,
  startLumen,
  startLumenAgent,
  startLumenHub,
} from '@lumen/testkit/lumen-process'
import { testNeeding } from '@lumen/testkit/needs'
import { networkOf, parseStrace, STRACE, type TracedCall } from '@lumen/testkit/strace'
import { tempDir } from '@lumen/testkit/temp-dir'
import { until } from '@lumen/testkit/until'

const traced = testNeeding({ root: true, programs: { strace: 'strace' } })
const engine = new FakeEngine()
beforeAll(() => engine.listen())
afterAll(() => engine.close())

/** The program itself, which a test runs from its source: modules are looked for in the folders above, too. */
const PROGRAM = [
  `${CHECKOUT}/**`,
  ...CHECKOUT.split('/').map((_, depth, parts) => parts.slice(0, depth).join('/') || '/'),
  `${dirname(realpathSync(process.execPath))}/**`,
  `${homedir()}/.bun/install/cache/**`,
]

async function explained(args: readonly string[]): Promise<Explanation> {
  await using child = startLumen(['agent', '--explain', '--json', ...args])
  expect(await child.exited).toBe(0)
  return JSON.parse(child.stdout()) as Explanation
}

function patternsOf(explanation: Explanation): string[] {
  const { collectors, surroundings, own_files, runtime_files, connections } = explanation
  return [
    ...collectors.flatMap(({ reads }) => reads),
    ...surroundings.environment,
    ...surroundings.facts,
    ...[...own_files, ...runtime_files].map(({ path }) => path),
    ...connections.flatMap(({ to }) => to.filter((place) => place.startsWith('/'))),
  ]
}

/** Mount points of the machine, where the agent sees them. */
function mountsOf({ procRoot, rootfs }: Roots): Set<string> {
  const text = ['1', 'self']
    .map((process) => `${procRoot}/${process}/mountinfo`)
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n')
  return new Set(
    parseMountinfo(text).map(({ mountPoint }) => join(rootfs, mountPoint).replace(/(.)\/$/, '$1')),
  )
}

/** Paths a run touched that its explanation does not list. Folders on the way to something listed may be looked up,
 * and mount points may be asked for their size. */
function unlisted(
  calls: readonly TracedCall[],
  explanation: Explanation,
  pid: number,
  { program = PROGRAM, mounts = mountsOf(OWN_ROOTS) } = {},
): string[] {
  const patterns = [...program, ...patternsOf(explanation)]
  const listed = patterns.map((pattern) => covers(pattern))
  const onTheWay = patterns.flatMap((pattern) => {
    const parts = pattern.split('/')
    return parts.map((_, index) => covers(parts.slice(0, index).join('/') || '/'))
  })
  const isLookUp = (name: string) =>
    /^(?:l?stat|newfstatat|statx|access|faccessat2?|readlink(?:at)?)$/.test(name)
  const isListed = (name: string, path: string) =>
    listed.some((covered) => covered(path)) ||
    (isLookUp(name) && onTheWay.some((covered) => covered(path))) ||
    (name === 'statfs' && mounts.has(path))
  const touched = calls
    .filter(({ name }) => name !== 'execve')
    .flatMap(({ name, paths }) =>
      paths
        .filter((path) => path !== '')
        .map((path) => ({ name, path: path.replace(`/proc/${pid}/`, '/proc/self/') })),
    )
  const outside = touched.filter(({ name, path }) => path.startsWith('/') && !isListed(name, path))
  return [...new Set(outside.map(({ name, path }) => `${name} ${path}`))]
}

async function traceRun(hub: RunningHub, dir: string, name: string, host: string, args: readonly string[]) {
  const { token } = await hub.admin.call<{ token: string }>('POST', '/api/hosts', { name })
  const trace = join(dir, `${name}.strace`)
  const flags = ['--spool', join(dir, `${name}-spool`), '--interval', '1s', ...args]
  const agent = startLumenAgent(`http://${host}:${new URL(hub.url).port}`, token, {
    wrapper: [...STRACE, '-o', trace],
    args: flags,
    group: true,
  })
  const isState = async (state: string) => {
    const { hosts } = await hub.admin.call<{ hosts: { name: string; state: string }[] }>('GET', '/api/hosts')
    return hosts.find((host) => host.name === name)?.state === state
  }
  return { agent, trace, flags, token, isState }
}

function filesOf(text: string): TracedCall[] {
  const network = new Set(['connect', 'bind', 'sendto', 'sendmsg', 'recvmsg', 'recvfrom', 'getsockname'])
  return parseStrace(text, CHECKOUT).filter(
    ({ name }) => !network.has(name) && !/^(?:get|set)sockopt|^socket/.test(name),
  )
}

traced(
  'the agent touches what --explain lists, runs nothing and listens nowhere, also in an outage and with an engine',
  async () => {
    await using dir = await tempDir()
    let hub = await startLumenHub({ dataDir: join(dir.path, 'hub'), intervalMs: 1_000 })
    const port = Number(new URL(hub.url).port)
    const { path: socket } = engine.address as { path: string }
    const off = await traceRun(hub, dir.path, 'off', '127.0.0.1', ['--docker', 'off', '--units', 'off'])
    const on = await traceRun(hub, dir.path, 'on', 'localhost', ['--docker', socket, '--units', 'off'])
    try {
      await until('both agents are up', async () => (await off.isState('up')) && (await on.isState('up')), {
        withinMs: 60_000,
      })
      await until('the engine was asked', () => engine.asked.length > 0, { withinMs: 60_000 })
      await hub[Symbol.asyncDispose]()
      await Promise.all([off, on].map(({ agent }) => agent.printed(/push failed/, 60_000)))
      const spooled = (trace: string) => /openat\(.*\.spool".*O_CREAT/.test(readFileSync(trace, 'utf8'))
      await until('both write to their spools', () => spooled(off.trace) && spooled(on.trace), {
        withinMs: 60_000,
      })
      hub = await startLumenHub({ dataDir: join(dir.path, 'hub'), port })
      await Promise.all([off, on].map(({ agent }) => agent.printed(/(?:reached|answers) again/i, 60_000)))
    } finally {
      await Promise.all([off, on].map(({ agent }) => agent.stop()))
      await hub[Symbol.asyncDispose]()
    }
    for (const { trace, flags, agent } of [off, on]) {
      const text = readFileSync(trace, 'utf8')
      const calls = parseStrace(text, CHECKOUT)
      const { connected, suspicious } = networkOf(calls)
      expect(suspicious).toEqual([])
      expect(calls.filter(({ name }) => name.startsWith('execve'))).toHaveLength(1)
      const places = [...connected].filter(
        (place) => !new RegExp(`^(?:127\\.0\\.0\\.1|::1):${port}$`).test(place),
      )
      expect(places).toEqual(flags.includes(socket) ? [socket] : [])
      expect(connected.size).toBeGreaterThan(places.length)
      const pid = Number(text.split(' ')[0])
      expect(agent.pid).not.toBe(pid)
      expect(unlisted(filesOf(text), await explained(['--hub', hub.url, ...flags]), pid)).toEqual([])
    }
  },
  240_000,
)

traced(
  'on a machine with systemd the agent asks its bus for failed units and nothing else, and the hub hears of them',
  async () => {
    await using stack = new AsyncDisposableStack()
    const dir = stack.use(await tempDir())
    const bus = stack.adopt(new FakeBus(), (one) => one.close())
    const rootfs = join(dir.path, 'root')
    const socket = join(rootfs, 'run/dbus/system_bus_socket')
    await bus.listen(socket)
    const hub = stack.use(await startLumenHub({ dataDir: join(dir.path, 'hub'), intervalMs: 1_000 }))
    const run = await traceRun(hub, dir.path, 'units', '127.0.0.1', ['--docker', 'off', '--rootfs', rootfs])
    const unitEvents = async () => {
      const [host] = await hub.admin.hosts()
      const { events } = await hub.admin.call<{ events: { type: string; detail: object }[] }>(
        'GET',
        `/api/hosts/${host!.id}/events`,
      )
      return events.filter(({ type }) => type === 'unit').map(({ detail }) => detail)
    }
    try {
      await until('systemd was asked', () => bus.asked.length > 0, { withinMs: 60_000 })
      bus.fail('nginx.service')
      await until('the unit is an event', async () => (await unitEvents()).length > 0, { withinMs: 60_000 })
    } finally {
      await run.agent.stop()
    }
    expect(await unitEvents()).toEqual([{ unit: 'nginx.service', state: 'failed' }])
    expect(new Set(bus.asked.map(({ member }) => member))).toEqual(new Set(['ListUnitsFiltered']))
    const text = readFileSync(run.trace, 'utf8')
    const calls = parseStrace(text, CHECKOUT)
    const { connected, suspicious } = networkOf(calls)
    expect(suspicious).toEqual([])
    expect(calls.filter(({ name }) => name.startsWith('execve'))).toHaveLength(1)
    expect([...connected].filter((place) => place.startsWith('/'))).toEqual([socket])
    const explanation = await explained(['--hub', hub.url, ...run.flags])
    expect(explanation.connections.at(-1)).toMatchObject({
      to: [socket],
      calls: ['org.freedesktop.DBus.Hello()', 'org.freedesktop.systemd1.Manager.ListUnitsFiltered(failed)'],
    })
    const mounts = mountsOf({ ...OWN_ROOTS, rootfs })
    expect(unlisted(filesOf(text), explanation, Number(text.split(' ')[0]), { mounts })).toEqual([])
  },
  180_000,
)

traced(
  'an agent runs the programs its owner named and nothing else, and the hub can only ask for less',
  async () => {
    await using stack = new AsyncDisposableStack()
    const dir = stack.use(await tempDir())
    const disk = '{"smartctl":{"exit_status":0},"serial_number":"S1","smart_status":{"passed":true}}'
    const scan = '{"smartctl":{"exit_status":0},"devices":[{"name":"/dev/sda","type":"scsi"}]}'
    const smartctl = stack.use(
      new FakeProgram('smartctl', `case "$*" in *--scan*) echo '${scan}' ;; *) echo '${disk}' ;; esac`),
    )
    const nvidia = stack.use(new FakeProgram('nvidia-smi', 'echo "0, Card, 5, 1, 2, 40, 10"'))
    const hub = stack.use(await startLumenHub({ dataDir: join(dir.path, 'hub'), intervalMs: 1_000 }))
    const flags = ['--docker', 'off', '--units', 'off', '--smart', smartctl.path, '--gpu', nvidia.path]
    const run = await traceRun(hub, dir.path, 'programs', '127.0.0.1', flags)
    try {
      await until('both ran', () => smartctl.asked.length === 2 && nvidia.asked.length > 0, {
        withinMs: 60_000,
      })
      await until('it is up', () => run.isState('up'), { withinMs: 60_000 })
      const id = (await hub.admin.hosts())[0]!.id
      await hub.admin.call('PATCH', `/api/hosts/${id}`, { collectors: { smart: 'off', gpu: 'off' } })
      const states = async () => (await hub.admin.hosts())[0]?.facts?.collectors
      await until('both are off', async () => (await states())?.gpu === 'off', { withinMs: 60_000 })
    } finally {
      await run.agent.stop()
    }
    const text = readFileSync(run.trace, 'utf8')
    const calls = parseStrace(text, CHECKOUT)
    expect(networkOf(calls).suspicious).toEqual([])
    const [agent, ...programs] = calls.filter(({ name }) => name.startsWith('execve'))
    expect(agent!.paths).not.toEqual([smartctl.path])
    expect(new Set(programs.map(({ paths }) => paths[0]))).toEqual(new Set([smartctl.path, nvidia.path]))
    const pidOf = (call: TracedCall) => call.text.split(' ')[0]
    const others = new Set(programs.map(pidOf))
    const own = filesOf(text).filter((call) => !others.has(pidOf(call)))
    const explanation = await explained(['--hub', hub.url, ...run.flags])
    expect(unlisted(own, explanation, Number(pidOf(agent!)))).toEqual([])
    expect(explanation.own_files.map(({ path }) => path)).toContain(smartctl.path)
    const { collectors, never } = explanation
    const runs = (name: string) => collectors.find((one) => one.name === name)?.runs
    expect(runs('smartctl')).toEqual([
      `${smartctl.path} --json=c --scan, once an hour`,
      `${smartctl.path} --json=c -n standby -i -H -A [-d TYPE] DISK, once an hour`,
    ])
    expect(runs('nvidia-smi')).toEqual([`${nvidia.path} ${nvidia.asked[0]}, every 15 s at most`])
    expect(never.join()).toContain('no other program but those above')
  },
  180_000,
)

for (const machine of MACHINES)
  traced(
    `reading ${machine}, the agent touches what --explain lists`,
    async () => {
      await using dir = await tempDir()
      const trace = join(dir.path, 'trace')
      const { procRoot, sysRoot, rootfs } = rootsOf(machine)
      const flags = ['--proc', procRoot, '--sys', sysRoot, '--rootfs', rootfs, '--docker', 'auto']
      await using child = startLumen(['agent', '--once', ...flags], { wrapper: [...STRACE, '-o', trace] })
      expect(await child.exited).toBe(0)
      const text = readFileSync(trace, 'utf8')
      const isOfMachine = (path: string) => path.startsWith(dirname(procRoot))
      const calls = filesOf(text).filter(({ paths }) => paths.some(isOfMachine))
      expect(calls.length).toBeGreaterThan(50)
      const explanation = await explained(flags)
      const own = { program: [], mounts: mountsOf(rootsOf(machine)) }
      expect(unlisted(calls, explanation, Number(text.split(' ')[0]), own)).toEqual([])
    },
    60_000,
  )
