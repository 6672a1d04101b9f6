import { sleep } from '@lumen/std/sleep'
import { startChild } from '@lumen/testkit/child'
import { DOCKER_NEEDS, type DockerEngine, startDockerEngine } from '@lumen/testkit/docker-engine'
import { startLumenHub } from '@lumen/testkit/lumen-process'
import { lacking } from '@lumen/testkit/needs'
import { tempDir } from '@lumen/testkit/temp-dir'
import { buildExecutable, ownTarget } from '../../tools/build-executable.ts'
import { type Footprint, watchFootprints } from '../footprint.ts'
import type { BenchGroup } from '../group.ts'
import { startNetdata } from '../peers/netdata.ts'
import { startNodeExporter } from '../peers/node-exporter.ts'
import { type Figure, figure, median } from '../result.ts'

const INTERVAL_MS = 1_000
const WARM_UP_MS = 20_000
const PACKAGES = { node_exporter: 'prometheus-node-exporter', netdata: 'netdata-core' }
type PeerName = keyof typeof PACKAGES

/** The agent's executable beside node_exporter and netdata on the same machine in the same minutes, each reading once a second, with
 * more and more containers. */
export const agentBench: BenchGroup = async ({ say, agent: { minutes, containers } }) => {
  await using data = await tempDir('lumen-bench-')
  await using engine = await startEngine(containers, say)
  const sizes = engine === undefined ? [0] : [...containers].sort((a, b) => a - b)
  await using hub = await startLumenHub({ dataDir: data.path, intervalMs: INTERVAL_MS })
  const { token } = await hub.admin.createHost('bench')
  const docker = engine === undefined ? 'off' : engine.socket
  const { path } = await buildExecutable(ownTarget(), data.path)
  await using agent = startChild(
    [
      path,
      'agent',
      '--hub',
      hub.url,
      '--interval',
      '1s',
      '--docker',
      docker,
      '--spool',
      `${data.path}/spool`,
    ],
    // As its service starts it.
    { env: { LUMEN_TOKEN: token, BUN_JSC_useJIT: '0' } },
  )
  await using exporter = await startNodeExporter(INTERVAL_MS)
  await using netdata = await startNetdata()
  const running = [exporter, netdata].filter((peer) => peer !== null)
  for (const [name, packageName] of Object.entries(PACKAGES))
    if (!running.some((peer) => peer.name === name)) say(`agent: no ${name}, install ${packageName}`)
  const pids = { lumen: agent.pid, ...Object.fromEntries(running.map(({ name, pid }) => [name, pid])) }

  const figures: Figure[] = []
  const cpuWith = new Map<number, number[]>()
  let count = 0
  for (const size of sizes) {
    for (; count < size; count++) await engine?.docker(...containerArgs(count))
    await sleep(WARM_UP_MS)
    const seen = await watchFootprints(pids, { minutes, intervalMs: INTERVAL_MS }, (line) =>
      say(`agent: ${size} containers, ${line}`),
    )
    cpuWith.set(size, seen.lumen!.cpuPerTick)
    figures.push(...figuresOf(size, seen, minutes))
  }
  const lacks = lacking(DOCKER_NEEDS)
  return [...figures, ...containerCost(cpuWith, lacks.length > 0 ? lacks.join('; ') : undefined)]
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

function containerCost(cpuWith: ReadonlyMap<number, readonly number[]>, note: string | undefined): Figure[] {
  const without = median(cpuWith.get(0) ?? [])
  const base = { group: 'agent', unit: 'ms', target: { of: 'value', atMost: 0.1 } as const }
  if (note !== undefined || without === null)
    return [
      figure({
        ...{ ...base, name: 'CPU of a container and tick', values: [] },
        note: note ?? 'needs a round with 0 containers',
      }),
    ]
  return [...cpuWith]
    .filter(([count]) => count > 0)
    .map(([count, values]) =>
      figure({
        ...{ ...base, name: `CPU of a container and tick, of ${count}` },
        values: values.map((ms) => (ms - without) / count),
      }),
    )
}

function growthOf(values: readonly number[]): number {
  const third = Math.max(1, Math.floor(values.length / 3))
  return (median(values.slice(-third)) ?? 0) - (median(values.slice(0, third)) ?? 0)
}
