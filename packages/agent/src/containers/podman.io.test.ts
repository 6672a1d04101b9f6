import { afterAll, expect } from 'bun:test'
import { testNeeding } from '@lumen/testkit/needs'
import { PODMAN_NEEDS, type PodmanService, startPodmanService } from '@lumen/testkit/podman-service'
import { until } from '@lumen/testkit/until'
import { ContainerWatch } from './watch.ts'

const testWithPodman = testNeeding(PODMAN_NEEDS)

let started: Promise<PodmanService> | undefined
const service = () => {
  started ??= startPodmanService()
  return started
}
afterAll(async () => {
  await (await started)?.[Symbol.asyncDispose]()
}, 120_000)

const WITHIN = { withinMs: 60_000, everyMs: 300 }
/** Podman asks for limits by default that a container without CAP_SYS_RESOURCE may not give. */
const RUN = ['run', '-d', '--network', 'none', '--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1024:1024']

testWithPodman(
  'Podman’s containers read like Docker’s: names, limits and numbers',
  async () => {
    const { podman, socket } = await service()
    const loop = 'while :; do :; done'
    await podman(
      ...RUN,
      '--name',
      'busy',
      '--memory',
      '64m',
      '--cpus',
      '0.3',
      'tiny:1',
      '/bin/sh',
      '-c',
      loop,
    )
    await podman(...RUN, '--name', 'idle', 'tiny:1', '/bin/sleep', '1000')
    using watch = new ContainerWatch(socket)
    const rows = await until(
      'both at work',
      async () => {
        const rows = await watch.rows()
        return (rows.busy?.cpu_cores ?? 0) > 0 && rows.idle?.restarts === 0 ? rows : null
      },
      { withinMs: 30_000, everyMs: 1_000 },
    )
    const inspected = JSON.parse(await podman('inspect', 'busy')) as [{ Id: string; Image: string }]
    expect(rows.busy).toMatchObject({
      id: inspected[0].Id,
      image_digest: `sha256:${inspected[0].Image}`,
      state: 'running',
      mem_limit_bytes: 64 * 1024 ** 2,
      pids: 1,
    })
    expect(rows.busy!.cpu_cores).toBeWithin(0, 0.45)
    expect(rows.busy!.throttled_pct).toBeWithin(0, 100.01)
    expect([rows.idle!.mem_limit_bytes, rows.idle!.net_rx_bytes_per_s]).toEqual([undefined, undefined])
    expect(watch.fault).toBeUndefined()
  },
  120_000,
)

testWithPodman(
  'Podman’s events and its own counters are understood',
  async () => {
    const { podman, socket } = await service()
    const none = { version: 'none', unified: undefined, v1: {}, walk: undefined } as const
    using watch = new ContainerWatch(socket, { cgroup: none })
    await watch.rows()
    await podman(...RUN, '--name', 'later', '--memory', '64m', 'tiny:1', '/bin/sleep', '1000')
    await until(
      'numbers by Podman alone',
      async () => (await watch.rows()).later?.cpu_pct !== undefined,
      WITHIN,
    )
    const { later } = await watch.rows()
    expect(later).toMatchObject({ state: 'running', pids: 1, mem_limit_bytes: 64 * 1024 ** 2 })
    await podman('kill', 'later')
    await until('its end', async () => (await watch.rows()).later?.state === 'exited', WITHIN)
  },
  120_000,
)
