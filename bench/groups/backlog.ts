import { join } from 'node:path'
import type { SpooledFrame } from '@lumen/agent/spool/batch'
import { spoolOwner } from '@lumen/agent/spool/owner'
import { Spool } from '@lumen/agent/spool/spool'
import { sleep } from '@lumen/std/sleep'
import { startLumenHub } from '@lumen/testkit/lumen-process'
import { type FleetHost, SimulatedFleet } from '@lumen/testkit/simulated-fleet'
import { SMALL_SERVER, SyntheticMachine } from '@lumen/testkit/synthetic-readings'
import { tempDir } from '@lumen/testkit/temp-dir'
import type { BenchGroup } from '../group.ts'
import { usageOf } from '../process-usage.ts'
import { figure } from '../result.ts'

const HOSTS = 200
const HOURS = 8
const INTERVAL_MS = 5_000
/** Frames of one write of the spool, as an agent makes them. */
const PER_WRITE = 2
const GIVE_UP_MS = 15 * 60_000
const MIB = 1024 ** 2

/** An outage of hours ends for a whole fleet at once: how long the hub takes to have it all, and how late the
 * newest reading of a host is meanwhile. The fleet has the other core. */
export const backlogBench: BenchGroup = async ({ say }) => {
  await using data = await tempDir('lumen-bench-')
  await using hub = await startLumenHub({ dataDir: join(data.path, 'hub'), intervalMs: INTERVAL_MS })
  const hosts: FleetHost[] = []
  for (let i = 0; i < HOSTS; i++) {
    const { host, token } = await hub.admin.createHost(`bench-${String(i).padStart(4, '0')}`)
    hosts.push({ name: host.name, token })
  }
  const spoolDir = (host: string) => join(data.path, host)
  for (const [index, host] of hosts.entries()) fillSpool(spoolDir(host.name), hub.url, host, index)
  const frames = HOSTS * framesOf()
  await using fleet = new SimulatedFleet({ hubUrl: hub.url, hosts, intervalMs: INTERVAL_MS, spoolDir })
  const spooledBytes = fleet.status().spoolBytes
  say(`backlog: ${frames} frames in ${Math.round(spooledBytes / MIB)} MiB`)

  const started = performance.now()
  const cpuBefore = usageOf(hub.child.pid).cpuMs
  fleet.start()
  await sleep(2 * INTERVAL_MS)
  const ages: number[] = []
  while (fleet.status().spoolBytes > 0 && performance.now() - started < GIVE_UP_MS) {
    await sleep(1_000)
    const now = Date.now()
    const newest = (await hub.admin.hosts()).map((host) => now - (host.now?.ts ?? 0))
    ages.push(...newest)
    if (ages.length % (HOSTS * 10) > 0) continue
    const { spoolBytes, failures, fault } = fleet.status()
    say(
      `backlog: ${Math.round(spoolBytes / MIB)} MiB left, oldest live ${Math.max(...newest)} ms, ${failures} failures ${fault ?? ''}`,
    )
  }
  const seconds = (performance.now() - started) / 1_000
  ages.sort((a, b) => a - b)
  const late = (part: number) =>
    Math.max(0, (ages[Math.floor(part * (ages.length - 1))] ?? 0) - INTERVAL_MS) / 1_000
  const dropped = Object.values(fleet.status().dropped).reduce((sum, count) => sum + count, 0)
  const common = { group: 'backlog' }
  return [
    figure({
      ...common,
      name: `${HOSTS} hosts × ${HOURS} h on the hub's disk after`,
      unit: 's',
      values: [seconds],
      target: { of: 'value', atMost: 600 },
      note: `${frames} frames, ${(spooledBytes / frames).toFixed(0)} bytes each in the spool`,
    }),
    figure({
      ...common,
      name: 'newest reading late by, p99',
      unit: 's',
      values: [late(0.99)],
      target: { of: 'value', atMost: INTERVAL_MS / 1_000 },
      note: `most ${late(1).toFixed(1)} s`,
    }),
    figure({
      ...common,
      name: 'frames lost',
      unit: '',
      values: [dropped],
      target: { of: 'value', atMost: 0 },
    }),
    figure({
      ...common,
      name: 'RSS of the hub, most',
      unit: 'MiB',
      values: [usageOf(hub.child.pid).peakRssBytes / MIB],
      target: { of: 'value', atMost: 250 },
    }),
    figure({
      ...common,
      name: 'CPU of the hub per frame',
      unit: 'ms',
      values: [(usageOf(hub.child.pid).cpuMs - cpuBefore) / frames],
    }),
  ]
}

const framesOf = () => (HOURS * 3_600_000) / INTERVAL_MS

/** What an agent would have written in the hours before now. */
function fillSpool(dir: string, hubUrl: string, { token }: FleetHost, index: number): void {
  const machine = new SyntheticMachine(index + 1, SMALL_SERVER)
  const spool = new Spool({
    ...{ dir, maxBytes: 256 * MIB, maxAgeMs: 1e12, owner: spoolOwner(hubUrl, token), boot: null },
    clocks: () => ({ steady: performance.now(), uptimeMs: null, wallMs: Date.now() }),
    isSafe: () => false,
    onDrop: () => {},
  })
  const count = framesOf()
  const first = Date.now() - (count + 12) * INTERVAL_MS
  for (let seq = 1; seq <= count; seq += PER_WRITE) {
    const frames: SpooledFrame[] = []
    for (let each = seq; each < seq + PER_WRITE; each++) {
      const text = JSON.stringify(machine.read(INTERVAL_MS))
      const tail = `"interval_ms":${INTERVAL_MS},${text.slice(1)}`
      frames.push({ seq: each, at: { ts: first + each * INTERVAL_MS }, intervalMs: INTERVAL_MS, tail })
    }
    spool.append({ frames, events: [] }, `stream-${index}`, seq + PER_WRITE)
  }
  spool.close()
}
