import { type ControlDb, openControlDb } from '@lumen/hub/control-db/control-db'
import type { HostRecord } from '@lumen/hub/hosts/host-record'
import { HostRegistry } from '@lumen/hub/hosts/host-registry'
import { PresenceBoard } from '@lumen/hub/hosts/presence-board'
import { ProfileKeeper } from '@lumen/hub/hosts/profile-keeper'
import { removeHostWithHistory } from '@lumen/hub/hosts/remove-host'
import { ImportLedger } from '@lumen/hub/proxmox/import/import-ledger'
import { Proxmox } from '@lumen/hub/proxmox/proxmox'
import { SecretBox } from '@lumen/hub/secrets/secret-box'
import { Counters } from '@lumen/hub/telemetry/counters'
import { MemoryTsdb } from '@lumen/hub/testing/memory-tsdb'
import { fromFixedPoint } from '@lumen/model/fixed-point'
import { findMetric } from '@lumen/model/metric'
import type { EntityRow, Sample } from '@lumen/model/sample'
import { DAY } from '@lumen/model/time'
import type { ProxmoxConnection } from '@lumen/protocol/http/proxmox/connections'
import { type Log, silentLog } from '@lumen/std/log'
import type { Tsdb } from '@lumen/tsdb/api'
import { FakeClock } from '../fake-clock.ts'
import { tempDir } from '../temp-dir.ts'
import type { PveRelease } from './cluster-spec.ts'
import { type FakeCluster, startFakeCluster } from './fake-cluster.ts'
import { type SampleOptions, sampleCluster } from './sample-cluster.ts'

/** A Monday noon, some seconds into a slot. */
export const NOW = Date.UTC(2026, 5, 1, 12, 0, 7)

export interface TestProxmox extends AsyncDisposable {
  clock: FakeClock
  fake: FakeCluster
  /** Empty where another store was given. */
  tsdb: MemoryTsdb
  registry: HostRegistry
  presence: PresenceBoard
  proxmox: Proxmox
  counters: Counters
  connection: ProxmoxConnection
  /** Of this run of the hub. */
  db: ControlDb
  /** Hears first-hand readings. */
  onSamples(hostId: number, samples: readonly Sample[]): void
  /** Called with each second that passes, when all that was due is done. */
  onSecond(): void | Promise<void>
  /** How far back the store keeps anything; what it refuses is its own business. */
  keptMs: number
  /** Time passes by the second, everything that is due is done. */
  passes(ms: number): Promise<void>
  host(name: string): HostRecord
  samples(host: string): Sample[]
  /** Another run of the hub on the same data, the first one ended. */
  restart(): Promise<void>
}

/** The Proxmox part of a hub over a store in memory, connected to a fake cluster; both on one clock that moves only
 * when told. */
export async function startTestProxmox(
  release: PveRelease,
  options: Partial<SampleOptions> = {},
  parts: { log?: Log; store?: (clock: FakeClock) => Promise<Tsdb> } = {},
): Promise<TestProxmox> {
  const { log = silentLog } = parts
  const clock = new FakeClock(NOW)
  await using building = new AsyncDisposableStack()
  const spec = sampleCluster({ now: NOW, release, nodes: 2, guests: 6, ...options })
  const fake = building.use(await startFakeCluster({ clock, spec }))
  const dir = building.use(await tempDir())
  const memory = new MemoryTsdb(clock)
  const tsdb = parts.store === undefined ? memory : building.use(await parts.store(clock))
  const start = async () => {
    const db = await openControlDb(dir.path, 'inline')
    const registry = new HostRegistry(db, clock)
    const presence = new PresenceBoard(clock, registry, tsdb.lastSampleTimes())
    const profiles = new ProfileKeeper({ registry, clock, log })
    const counters = new Counters()
    const proxmox = new Proxmox({
      ...{ db, secrets: SecretBox.open(dir.path), registry, profiles, presence, tsdb, counters, clock, log },
      removeHost: removeHostWithHistory({ registry, profiles, tsdb, log }),
      imports: new ImportLedger(db),
      keptMs: () => test.keptMs,
      ...{ onContact() {}, pause: async () => undefined },
      onSamples: (hostId, samples) => test.onSamples(hostId, samples),
    })
    return { db, registry, presence, counters, proxmox }
  }
  let run = await start()
  const stop = async () => {
    await run.proxmox[Symbol.asyncDispose]()
    await run.db[Symbol.asyncDispose]()
  }
  building.defer(stop)
  const connection = await run.proxmox.add({
    name: 'home',
    kind: 'pve',
    addresses: fake.nodes.map(({ port }) => `127.0.0.1:${port}`),
    token_id: fake.tokens[0]!.id,
    secret: fake.tokens[0]!.secret,
    trust: { by: 'ca', pem: fake.caPem },
  })
  const kept = building.move()
  const test: TestProxmox = {
    ...{ clock, fake, connection, tsdb: memory, keptMs: 365 * DAY },
    ...{ onSamples() {}, onSecond() {} },
    get db() {
      return run.db
    },
    get registry() {
      return run.registry
    },
    get presence() {
      return run.presence
    },
    get proxmox() {
      return run.proxmox
    },
    get counters() {
      return run.counters
    },
    async passes(ms) {
      for (let left = ms; left > 0; left -= 1_000) {
        run.proxmox.tick()
        await run.proxmox.settled()
        await test.onSecond()
        clock.advance(Math.min(left, 1_000))
      }
    },
    host(name) {
      const host = run.registry.find(name)
      if (host === undefined) {
        throw new Error(`there is no host ${name}, only ${[...run.registry.list()].map((one) => one.name)}`)
      }
      return host
    },
    samples(name) {
      return memory.samples.get(test.host(name).id) ?? []
    },
    async restart() {
      await tsdb.flush()
      await stop()
      run = await start()
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
  return test
}

export function rowIn(sample: Sample | undefined, entity: string, key = ''): EntityRow | undefined {
  return sample?.rows.find((row) => row.entity === entity && row.key === key)
}

/** A value in catalogue units; null when it is missing or its row is. @param name `host.cpu_pct` */
export function valueIn(sample: Sample | undefined, name: string, key = ''): number | null {
  const metric = findMetric(name)!
  const row = rowIn(sample, metric.entity, key)
  return row === undefined ? null : fromFixedPoint(row.values[metric.index]!, metric.spec)
}
