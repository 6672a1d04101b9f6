import { sleep } from '@lumen/std/sleep'
import { startChild } from '@lumen/testkit/child'
import { DOCKER_NEEDS, type DockerEngine, startDockerEngine } from '@lumen/testkit/docker-engine'
import { startLumenHub } from '@lumen/testkit/lumen-process'
import { lacking } from '@lumen/testkit/needs'
import { runCommand } from '@lumen/testkit/run-command'
import { tempDir } from '@lumen/testkit/temp-dir'
import { buildExecutable, ownTarget } from '../../tools/build-executable.ts'
import { buildWeb } from '../../tools/web-build.ts'
import { timeToFirstFrame } from '../first-frame.ts'
import { type Footprint, watchFootprints } from '../footprint.ts'
import type { BenchGroup } from '../group.ts'
import { startNetdata } from '../peers/netdata.ts'
import { startNodeExporter } from '../peers/node-exporter.ts'
import { type Figure, figure, median } from '../result.ts'

const INTERVAL_MS = 1_000
const WARM_UP_MS = 20_000
const STARTS = 7
const PACKAGES = { node_exporter: 'prometheus-node-exporter', netdata: 'netdata-core' }
type PeerName = keyof typeof PACKAGES

/** The agent's executable beside node_exporter and netdata on the same machine in the same minutes, each reading once a second, with
 * more and more containers; and beside a second one that does not look at containers: what they cost is the difference of the
 * two, since the machine's own files grow with them as well. */
export const agentBench: BenchGroup = async ({ say, agent: { minutes, containers } }) => {
  await using data = await tempDir('lumen-bench-')
  await using engine = await startEngine(containers, say)
  const sizes = engine === undefined ? [0] : [...containers].sort((a, b) => a - b)
  await using hub = await startLumenHub({ dataDir: data.path, intervalMs: INTERVAL_MS })
  await buildWeb()
  const { path } = await buildExecutable(ownTarget(), data.path)
  await putOutOfMemory(path)
  const commandOf = async (name: string, docker: string) => {
    const { token } = await hub.admin.createHost(name)
    const flags = ['--interval', '1s', '--docker', docker, '--spool', `${data.path}/${name}`]
    // As its service starts it.
    const env = { LUMEN_TOKEN: token, BUN_JSC_useJIT: '0' }
    return (url: string): Parameters<typeof startChild> => [[path, 'agent', '--hub', url, ...flags], { env }]
  }
  const startAgent = async (name: string, docker: string) =>
    startChild(...(await commandOf(name, docker))(hub.url))
  await using agent = await startAgent('bench', engine?.socket ?? 'off')
  await using other = await startAgent('without', 'off')
  await using exporter = await startNodeExporter(INTERVAL_MS)
  await using netdata = await startNetdata()
  const running = [exporter, netdata].filter((peer) => peer !== null)
  for (const [name, packageName] of Object.entries(PACKAGES))
    if (!running.some((peer) => peer.name === name)) say(`agent: no ${name}, install ${packageName}`)
  const pids = {
    lumen: agent.pid,
    without: other.pid,
    ...Object.fromEntries(running.map(({ name, pid }) => [name, pid])),
  }

  const figures: Figure[] = []
  const startMs: number[] = []
  for (let i = 0; i < STARTS; i++)
    startMs.push(await timeToFirstFrame(hub.url, await commandOf(`start ${i}`, 'off')))
  const start = figure({
    ...{ group: 'agent', name: 'start to the first frame at the hub', unit: 'ms', values: startMs },
    target: { of: 'value', atMost: 100 },
  })
  const cost: Figure[] = []
  let count = 0
  for (const size of sizes) {
    for (; count < size; count++) await engine?.docker(...containerArgs(count))
    await sleep(WARM_UP_MS)
    const seen = await watchFootprints(pids, { minutes, intervalMs: INTERVAL_MS }, (line) =>
      say(`agent: ${size} containers, ${line}`),
    )
    figures.push(...figuresOf(size, seen, minutes))
    if (size > 0) cost.push(containerCost(size, seen))
  }
  if (cost.length === 0)
    cost.push(containerCost(0, {}, lacking(DOCKER_NEEDS).join('; ') || 'needs a round with containers'))
  return [...figures, ...cost, start]
}

/** Takes the executable out of the page cache, as after the machine's start. A file that was written a moment ago lies
 * there whole, and of that the kernel maps 64 KiB around each page that is used: 4 to 6 MiB more of RSS. */
async function putOutOfMemory(path: string): Promise<void> {
  await runCommand(['sync', path])
  await runCommand(['dd', `if=${path}`, 'of=/dev/null', 'iflag=nocache', 'count=0', 'status=none'])
}

/** Undefined where none is wanted or can be started. */
async function startEngine(
  containers: readonly number[],
  say: (line: string) => void,
): Promise<DockerEngine | undefined> {
  if (containers.every((count) => count === 0)) return undefined
  const lacks = lacking(DOCKER_NEEDS)
  if (lacks.length === 0) return startDockerEngine()
  say(`agent: without containers: ${lacks.join('; ')}`)
  return undefined
}

const containerArgs = (index: number) => [
  ...['run', '-d', '--name', `c${index}`, '--network', 'none', '--memory', '32m'],
  ...['tiny:1', '/bin/sleep', '1000000'],
]

function figuresOf(size: number, seen: Readonly<Record<string, Footprint>>, minutes: number): Figure[] {
  const ours = seen.lumen!
  const at = `${size} containers`
  const all = (Object.keys(PACKAGES) as PeerName[]).map((name) => ({ name, seen: seen[name] }))
  const beside = (what: keyof Footprint, name: PeerName) => ({
    peer: { name, values: seen[name]?.[what] ?? [] },
    ...(seen[name] === undefined && {
      note: `${name} is not installed: apt-get install ${PACKAGES[name]}`,
    }),
  })
  const base = { group: 'agent' }
  return [
    ...all.map(({ name }) =>
      figure({
        ...{ ...base, name: `CPU per tick, ${at}, ${name}`, unit: 'ms', values: ours.cpuPerTick },
        ...beside('cpuPerTick', name),
        // node_exporter does not look at containers.
        ...(name === 'node_exporter' && size === 0 && { target: { of: 'ratio', atMost: 0.5 } as const }),
      }),
    ),
    ...all.map(({ name }) =>
      figure({
        ...{ ...base, name: `anonymous memory, ${at}, ${name}`, unit: 'MiB', values: ours.anon },
        ...beside('anon', name),
        ...(name === 'node_exporter' && { target: { of: 'value', atMost: 12 } as const }),
      }),
    ),
    ...(size === 0 ? [] : besideThem(size, seen.without!)),
    figure({
      ...{ ...base, name: `anonymous memory, ${at}, growth`, unit: 'MiB', values: [growthOf(ours.anon)] },
      ...{ target: { of: 'value', atMost: 0.5 }, note: `last third against first, over ${minutes} min` },
    }),
    ...all.map(({ name }) =>
      figure({
        ...{ ...base, name: `RSS, ${at}, ${name}`, unit: 'MiB', values: ours.rss },
        ...beside('rss', name),
        ...(name === 'node_exporter' && { target: { of: 'value', atMost: 45 } as const }),
      }),
    ),
  ]
}

/** The agent that does not look at the containers around it: as one of a machine without, but for the mounts and processes. */
function besideThem(size: number, { cpuPerTick, anon, rss }: Footprint): Figure[] {
  const named = (what: string) => ({ group: 'agent', name: `${what}, ${size} containers not looked at` })
  return [
    figure({ ...named('CPU per tick'), unit: 'ms', values: cpuPerTick }),
    figure({ ...named('anonymous memory'), unit: 'MiB', values: anon, target: { of: 'value', atMost: 12 } }),
    figure({
      ...named('anonymous memory, growth'),
      unit: 'MiB',
      values: [growthOf(anon)],
      target: { of: 'value', atMost: 0.5 },
    }),
    figure({ ...named('RSS'), unit: 'MiB', values: rss, target: { of: 'value', atMost: 45 } }),
  ]
}

function containerCost(size: number, seen: Readonly<Record<string, Footprint>>, note = ''): Figure {
  const without = seen.without?.cpuPerTick ?? []
  return figure({
    ...{ group: 'agent', name: `CPU of a container and tick, of ${size}`, unit: 'ms' },
    values: (seen.lumen?.cpuPerTick ?? []).map((ms, window) => (ms - without[window]!) / size),
    target: { of: 'value', atMost: 0.1 },
    ...(note !== '' && { note }),
  })
}

function growthOf(values: readonly number[]): number {
  const third = Math.max(1, Math.floor(values.length / 3))
  return (median(values.slice(-third)) ?? 0) - (median(values.slice(0, third)) ?? 0)
}
