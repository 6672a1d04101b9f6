import { Collection } from '@lumen/agent/collection'
import { allCollectors } from '@lumen/agent/collectors/all'
import { OWN_ROOTS } from '@lumen/agent/config'
import { type DockerSetting, parseDockerSetting } from '@lumen/agent/engine/address'
import { systemClock } from '@lumen/std/clock'
import { sleep } from '@lumen/std/sleep'
import { DOCKER_NEEDS, startDockerEngine } from '@lumen/testkit/docker-engine'
import { lacking } from '@lumen/testkit/needs'
import type { BenchGroup } from '../group.ts'
import { figure } from '../result.ts'

const CONTAINERS = 50
const TICKS = 100
const ROUNDS = 7
const WARM_UP_TICKS = 300

/** CPU of one tick of all collectors with and without 50 real containers, asked of a real engine. */
export const containersBench: BenchGroup = async ({ say }) => {
  const lacks = lacking(DOCKER_NEEDS)
  if (lacks.length > 0) {
    const note = lacks.join('; ')
    return [figure({ group: 'containers', name: 'a container', unit: 'ms', values: [], note })]
  }
  await using engine = await startDockerEngine()
  for (let i = 0; i < CONTAINERS; i++) {
    const limit = ['--network', 'none', '--memory', '32m']
    await engine.docker('run', '-d', '--name', `c${i}`, ...limit, 'tiny:1', '/bin/sleep', '100000')
  }
  say(`containers: ${CONTAINERS} run`)
  const off = machineOf('off')
  const on = machineOf(parseDockerSetting(engine.socket))
  await off.tick()
  for (let i = 0; i < 5; i++) {
    await on.tick()
    await sleep(500)
  }
  const shown = await on.tick()
  if (shown !== CONTAINERS) throw new Error(`${shown} of ${CONTAINERS} containers are shown`)
  const without: number[] = []
  const withThem: number[] = []
  await cpuOf(off.tick, WARM_UP_TICKS)
  await cpuOf(on.tick, WARM_UP_TICKS)
  for (let i = 0; i < ROUNDS; i++) {
    without.push(await cpuOf(off.tick, TICKS))
    withThem.push(await cpuOf(on.tick, TICKS))
  }
  on.stop()
  const each = withThem.map((ms, i) => (ms - without[i]!) / CONTAINERS)
  const base = { group: 'containers', unit: 'ms' }
  return [
    figure({
      ...base,
      name: 'CPU of a container and tick',
      values: each,
      target: { of: 'value', atMost: 0.1 },
    }),
    figure({
      ...base,
      name: `CPU of a whole tick with ${CONTAINERS} containers`,
      values: withThem,
      target: { of: 'value', atMost: 15 },
    }),
    figure({ ...base, name: 'CPU of a whole tick with containers off', values: without }),
  ]
}

/** The agent's collectors on this machine; a tick answers how many containers it showed. */
function machineOf(docker: DockerSetting) {
  const machine = allCollectors(OWN_ROOTS, systemClock, { docker })
  const collection = new Collection(machine.collectors)
  return {
    stop: () => machine.stop(),
    async tick(): Promise<number> {
      await machine.refresh()
      const { readings } = collection.collect(systemClock.monotonic())
      return Object.keys(readings.container ?? {}).length
    },
  }
}

async function cpuOf(tick: () => Promise<number>, times: number): Promise<number> {
  const before = process.cpuUsage()
  for (let i = 0; i < times; i++) await tick()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000 / times
}
