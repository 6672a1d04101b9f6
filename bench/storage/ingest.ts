import { decodeFrame } from '@lumen/protocol/agent/decode-frame'
import type { WireFrame } from '@lumen/protocol/agent/frame'
import { sleep } from '@lumen/std/sleep'
import { Ledger } from '@lumen/testkit/ledger'
import { startLumenHub } from '@lumen/testkit/lumen-process'
import { SimulatedFleet } from '@lumen/testkit/simulated-fleet'
import { tempDir } from '@lumen/testkit/temp-dir'
import { until } from '@lumen/testkit/until'
import { usageOf } from '../process-usage.ts'
import { startPrometheus } from '../prometheus.ts'
import { RemoteWriter } from '../remote-write.ts'
import { type Figure, figure } from '../result.ts'
import { startVictoriaMetrics } from '../victoria-metrics.ts'

const INTERVAL_MS = 5_000
const WARM_UP_MS = 10_000
const WINDOW_MS = 20_000
/** Two minutes, so that each peer's and our own work of a minute is in it twice. */
const WINDOWS = 6

/** Anything that takes remote writes. */
interface Peer {
  pid: number
  write(body: Uint8Array<ArrayBuffer>): Promise<void>
}

/** Real agents' uplinks push to a real hub, and every frame goes to the peers in the same instant, one request each. */
export async function ingestFigures(hosts: number, say: (line: string) => void): Promise<Figure[]> {
  await using data = await tempDir('lumen-bench-')
  await using promDir = await tempDir('lumen-bench-')
  await using vmDir = await tempDir('lumen-bench-')
  await using hub = await startLumenHub({ dataDir: data.path, intervalMs: INTERVAL_MS })
  await using prometheus = await startPrometheus(promDir.path)
  await using victoria = await startVictoriaMetrics(vmDir.path)
  const registered: { name: string; token: string }[] = []
  for (let i = 0; i < hosts; i++) {
    const { host, token } = await hub.admin.createHost(`bench-${String(i).padStart(4, '0')}`)
    registered.push({ name: host.name, token })
  }
  const relay = new Relay([prometheus, victoria].filter((peer) => peer !== null))
  await using fleet = new SimulatedFleet({
    hubUrl: hub.url,
    hosts: registered,
    intervalMs: INTERVAL_MS,
    ledger: relay,
  })
  fleet.start()
  await until('the fleet to connect', () => fleet.status().connected === hosts, { withinMs: 60_000 })
  await sleep(WARM_UP_MS)

  const watched = [hub.child.pid, prometheus?.pid, victoria?.pid]
  const perMillion: number[][] = watched.map(() => [])
  for (let window = 0; window < WINDOWS; window++) {
    const cpu = watched.map((pid) => pid && usageOf(pid).cpuMs)
    const { numbers } = relay
    await sleep(WINDOW_MS)
    const millions = (relay.numbers - numbers) / 1e6
    for (const [index, pid] of watched.entries()) {
      if (pid === undefined) continue
      perMillion[index]!.push((usageOf(pid).cpuMs - cpu[index]!) / 1_000 / millions)
    }
    say(`storage: ingest ${perMillion.map((values) => values.at(-1)?.toFixed(1) ?? '–').join(', ')} s`)
  }
  if (relay.fault !== null) throw new Error(`a peer did not take a frame: ${relay.fault}`)
  const [ours, ...theirs] = perMillion
  return ['Prometheus', 'VictoriaMetrics'].map((name, index) =>
    figure({
      group: 'storage',
      name: `ingest CPU per million numbers, beside ${name}`,
      unit: 's',
      values: ours!,
      peer: { name, values: theirs[index]! },
      note: `${hosts} hosts every 5 s, one request a host; ours over JSON with sessions of real agents, the peer's by remote write`,
    }),
  )
}

/** Sends the peers what leaves the agents. */
class Relay extends Ledger {
  readonly #peers: readonly Peer[]
  readonly #writer = new RemoteWriter()
  readonly #ids = new Map<string, number>()
  numbers = 0
  fault: string | null = null

  constructor(peers: readonly Peer[]) {
    super()
    this.#peers = peers
  }

  override record(host: string, frame: WireFrame): void {
    const decoded = decodeFrame(frame)
    if (decoded.kind === 'fault') throw new Error(`${decoded.path} ${decoded.message}`)
    const id = this.#ids.get(host) ?? this.#ids.size + 1
    this.#ids.set(host, id)
    this.#writer.add(id, decoded.sample)
    this.numbers += this.#writer.numbers
    const body = this.#writer.take()
    for (const peer of this.#peers) {
      peer.write(body).catch((error: Error) => {
        this.fault ??= error.message
      })
    }
  }
}
