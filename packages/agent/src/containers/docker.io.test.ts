import { afterAll, afterEach, expect } from 'bun:test'
import { totalmem } from 'node:os'
import type { WireFrame } from '@lumen/protocol/agent/frame'
import { DOCKER_NEEDS, type DockerEngine, startDockerEngine } from '@lumen/testkit/docker-engine'
import { CHECKOUT } from '@lumen/testkit/lumen-process'
import { testNeeding } from '@lumen/testkit/needs'
import { until } from '@lumen/testkit/until'
import { ContainerWatch } from './watch.ts'

const testWithDocker = testNeeding(DOCKER_NEEDS)

let started: Promise<DockerEngine> | undefined
const engine = () => {
  started ??= startDockerEngine()
  return started
}
afterEach(async () => {
  if (started === undefined) return
  const { docker } = await started
  const ids = (await docker('ps', '-aq')).split('\n').filter((id) => id !== '')
  if (ids.length > 0) await docker('rm', '-f', ...ids)
})
afterAll(async () => {
  await (await started)?.[Symbol.asyncDispose]()
}, 120_000)

const WITHIN = { withinMs: 60_000, everyMs: 300 }
const LOOP = 'while :; do :; done'

/** `652KiB` → bytes, as `docker stats` prints them. */
function bytesOf(text: string): number {
  const [, digits, unit = ''] = /^([\d.]+)([KMG]i)?B/.exec(text.trim())!
  return Number(digits) * ({ '': 1, Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3 }[unit] ?? Number.NaN)
}

async function dockerStats({ docker }: DockerEngine, name: string) {
  const line = JSON.parse(await docker('stats', '--no-stream', '--format', '{{json .}}', name)) as Record<
    string,
    string
  >
  const [used, limit] = line.MemUsage!.split('/') as [string, string]
  return {
    cores: Number.parseFloat(line.CPUPerc!) / 100,
    used: bytesOf(used),
    limit: bytesOf(limit),
    pids: Number(line.PIDs),
  }
}

const isNear = (value: number | null | undefined, wanted: number, slack = 0) =>
  typeof value === 'number' && Math.abs(value - wanted) <= Math.max(wanted * 0.05, slack)

testWithDocker(
  'a container’s numbers are those of docker stats within 5 %, and its words those of docker inspect',
  async () => {
    const real = await engine()
    const fill = `head -c 20000000 /dev/zero > /tmp/x; ${LOOP}`
    const base = ['run', '-d', '--network', 'none', '--label', 'com.docker.compose.project=shop']
    await real.docker(
      ...base,
      '--name',
      'busy',
      '--memory',
      '64m',
      '--cpus',
      '0.3',
      'tiny:1',
      '/bin/sh',
      '-c',
      fill,
    )
    await real.docker(...base, '--name', 'idle', 'tiny:1', '/bin/sleep', '1000')
    using watch = new ContainerWatch(real.socket)
    await watch.rows()
    const { busy } = await until(
      'docker stats and us to agree',
      async () => {
        await watch.rows()
        const told = await dockerStats(real, 'busy')
        const rows = await watch.rows()
        const { busy } = rows
        const isAlike =
          isNear(busy?.cpu_cores, told.cores) &&
          isNear(busy?.mem_used_bytes, told.used) &&
          busy?.pids === told.pids
        return isAlike && told.limit === busy?.mem_limit_bytes ? { busy } : null
      },
      { withinMs: 120_000, everyMs: 10 },
    )
    // How much depends on what else the machine does.
    expect(busy!.throttled_pct).toBeGreaterThan(0)
    // The kernel gives pages back when it likes, also between two looks at the one that sleeps.
    const idle = await until(
      'docker stats and us to agree on the idle one',
      async () => {
        const { idle } = await watch.rows()
        const told = await dockerStats(real, 'idle')
        return isNear(idle?.mem_used_bytes, told.used, 65_536) ? idle : null
      },
      { withinMs: 120_000, everyMs: 10 },
    )
    // Unlimited is missing, not the machine's memory; without a network there is no traffic.
    expect([idle!.mem_limit_bytes, idle!.mem_pct, idle!.net_rx_bytes_per_s]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    const inspected = JSON.parse(await real.docker('inspect', 'busy')) as [
      { Id: string; Image: string; RestartCount: number; State: { StartedAt: string } },
    ]
    expect(busy).toMatchObject({
      id: inspected[0].Id,
      image: 'tiny:1',
      image_digest: inspected[0].Image,
      restarts: inspected[0].RestartCount,
      started_at: inspected[0].State.StartedAt,
      compose_project: 'shop',
      state: 'running',
    })
    expect(watch.fault).toBeUndefined()
  },
  300_000,
)

testWithDocker(
  'start, rename, pause, stop and removal are seen as they happen, each as an event',
  async () => {
    const { docker, socket } = await engine()
    using watch = new ContainerWatch(socket)
    await watch.rows()
    const seen: unknown[] = []
    const rowsUntil = (
      what: string,
      isDone: (rows: Awaited<ReturnType<ContainerWatch['rows']>>) => boolean,
    ) =>
      until(
        what,
        async () => {
          const rows = await watch.rows()
          seen.push(
            ...watch.containers.takeEvents().map(({ detail: { change, from, to } }) => [change, from, to]),
          )
          return isDone(rows)
        },
        WITHIN,
      )
    await docker('run', '-d', '--name', 'one', '--network', 'none', 'tiny:1', '/bin/sleep', '1000')
    await rowsUntil('its row', ({ one }) => one?.state === 'running' && one.cpu_cores !== undefined)
    await docker('rename', 'one', 'two')
    await rowsUntil('its new name', ({ one, two }) => one === undefined && typeof two?.cpu_cores === 'number')
    await docker('pause', 'two')
    await rowsUntil('the pause', ({ two }) => two?.state === 'paused')
    await docker('unpause', 'two')
    await docker('stop', '-t', '0', 'two')
    await rowsUntil('the stop', ({ two }) => two?.state === 'exited' && two.mem_used_bytes === undefined)
    await docker('start', 'two')
    await rowsUntil('the start', ({ two }) => two?.state === 'running' && typeof two.cpu_cores === 'number')
    await docker('rm', '-f', 'two')
    await rowsUntil('the removal', ({ two }) => two === undefined)
    expect(seen).toContainEqual(['state', null, 'running'])
    expect(seen).toContainEqual(['name', 'one', 'two'])
    expect(seen).toContainEqual(['state', 'running', 'paused'])
    expect(seen.at(-1)).toEqual(['state', 'running', 'removed'])
  },
  120_000,
)

testWithDocker(
  'a restart loop, a kill for memory and a failing health check are told as what they are',
  async () => {
    const { docker, socket } = await engine()
    using watch = new ContainerWatch(socket)
    const base = ['run', '-d', '--network', 'none']
    await docker(
      ...base,
      '--name',
      'loop',
      '--restart',
      'always',
      'tiny:1',
      '/bin/sh',
      '-c',
      'sleep 0.2; exit 1',
    )
    const eat = 'x=0123456789abcdef; while :; do x=$x$x; done'
    await docker(
      ...base,
      '--name',
      'eater',
      '--memory',
      '16m',
      '--memory-swap',
      '16m',
      'tiny:1',
      '/bin/sh',
      '-c',
      eat,
    )
    const check = ['--health-cmd', '/bin/false', '--health-interval', '1s', '--health-retries', '1']
    await docker(...base, '--name', 'sick', ...check, 'tiny:1', '/bin/sleep', '1000')
    const changes = new Set<string>()
    await until(
      'all three',
      async () => {
        const { loop, eater, sick } = await watch.rows()
        for (const { detail } of watch.containers.takeEvents())
          changes.add(`${detail.container} ${detail.change}`)
        // A loop that restarted before it was first seen tells of its next restart; those come ever further apart.
        const isTold = (loop?.restarts ?? 0) >= 2 && changes.has('loop restarts')
        return isTold && eater?.state === 'exited' && sick?.health === 'unhealthy'
      },
      { withinMs: 120_000, everyMs: 300 },
    )
    // Not its OOMKilled: the engine misses the reason where the group is gone before it looked.
    expect(await docker('inspect', '-f', '{{.State.ExitCode}}', 'eater')).toBe('137')
  },
  150_000,
)

testWithDocker(
  'where groups cannot be read the engine’s own counters tell the same',
  async () => {
    const real = await engine()
    const args = ['--network', 'none', '--memory', '32m', '--cpus', '0.3', 'tiny:1', '/bin/sh', '-c', LOOP]
    await real.docker('run', '-d', '--name', 'far', ...args)
    const none = { version: 'none', unified: undefined, v1: {}, walk: undefined } as const
    using byEngine = new ContainerWatch(real.socket, { cgroup: none })
    using byGroup = new ContainerWatch(real.socket)
    await until(
      'both to agree',
      async () => {
        await Promise.all([byEngine.rows(), byGroup.rows()])
        await Bun.sleep(1_000)
        const [{ far: told }, { far: read }] = await Promise.all([byEngine.rows(), byGroup.rows()])
        return (
          isNear(told?.cpu_cores, read?.cpu_cores ?? Number.NaN, 0.01) &&
          isNear(told?.mem_used_bytes, read?.mem_used_bytes ?? Number.NaN, 65_536) &&
          told?.mem_limit_bytes === 32 * 1024 ** 2
        )
      },
      { withinMs: 120_000, everyMs: 10 },
    )
  },
  150_000,
)

testWithDocker(
  'an engine that is stopped in its tracks costs no number of what runs',
  async () => {
    const real = await engine()
    await real.docker('run', '-d', '--name', 'on', '--network', 'none', 'tiny:1', '/bin/sh', '-c', LOOP)
    using watch = new ContainerWatch(real.socket)
    await until('its row', async () => (await watch.rows()).on?.cpu_cores, WITHIN)
    real.signal('SIGSTOP')
    try {
      watch.containers.refresh()
      await Bun.sleep(500)
      const rows = await until('numbers', () => watch.rowsNow().on?.cpu_cores, WITHIN)
      expect(rows).toBeGreaterThan(0)
    } finally {
      real.signal('SIGCONT')
    }
  },
  120_000,
)

testWithDocker(
  'an agent in Docker with the host’s mounts and nothing else tells of the host and of its containers',
  async () => {
    const { docker, socket } = await engine()
    const loop = ['tiny:1', '/bin/sh', '-c', LOOP]
    await docker(
      'run',
      '-d',
      '--name',
      'work',
      '--network',
      'none',
      '--memory',
      '32m',
      '--cpus',
      '0.3',
      ...loop,
    )
    const own = (...paths: string[]) => paths.flatMap((path) => ['-v', `${path}:${path}:ro`])
    const printed = await docker(
      ...['run', '--rm', '--name', 'agent', '--network', 'none', '-v', `${socket}:/docker.sock`],
      ...['-v', '/proc:/host/proc:ro', '-v', '/sys:/host/sys:ro', '-v', `${CHECKOUT}:/repo:ro`],
      // The image has no C library of its own.
      ...own('/lib', '/lib64', '/usr/lib'),
      ...[
        'tiny:1',
        '/repo/node_modules/bun/bin/bun.exe',
        '--no-env-file',
        '/repo/packages/lumen/src/main.ts',
      ],
      ...['agent', '--once', '--proc', '/host/proc', '--sys', '/host/sys', '--docker', '/docker.sock'],
    )
    const { host, container, nic } = JSON.parse(printed) as WireFrame
    expect(host!.mem_total_bytes).toBe(totalmem())
    expect(host!.cpu_pct).toBeNumber()
    // The host's links are there though the agent has no network.
    expect(Object.keys(nic ?? {}).length).toBeGreaterThan(0)
    expect(Object.keys(container!).sort()).toEqual(['agent', 'work'])
    expect(container!.work!.cpu_cores).toBeWithin(0, 0.45)
    expect(container!.work).toMatchObject({ state: 'running', mem_limit_bytes: 32 * 1024 ** 2, pids: 1 })
  },
  120_000,
)
