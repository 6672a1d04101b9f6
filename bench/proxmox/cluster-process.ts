import { systemClock } from '@lumen/std/clock'
import { startFakeCluster } from '@lumen/testkit/proxmox/fake-cluster'
import { sampleCluster } from '@lumen/testkit/proxmox/sample-cluster'
import {
  CLUSTER_ENV,
  type ClusterGreeting,
  type ClusterProcessConfig,
  type ClusterWindow,
} from './cluster-config.ts'

const SECOND = 1_000
const TURN_MS = 20
/** A turn that takes longer hides when requests came: places of the hub's requests are 383 ms apart. */
const BLIND_MS = 120

/** A fake cluster in a process of its own, so that its work is not counted as the hub's. */
async function main(config: ClusterProcessConfig): Promise<void> {
  const clock = systemClock
  const spec = sampleCluster({ now: clock.now(), ...config })
  const fake = await startFakeCluster({ clock, spec })
  const say = (line: ClusterGreeting | ClusterWindow) => process.stdout.write(`${JSON.stringify(line)}\n`)
  say({
    addresses: fake.nodes.map(({ port }) => `127.0.0.1:${port}`),
    caPem: fake.caPem,
    tokenId: fake.tokens[0]!.id,
    secret: fake.tokens[0]!.secret,
  })
  const all: ClusterWindow = { requests: 0, busiest: 0, told: 0, seconds: 0, violations: 0 }
  let turnAt = performance.now()
  let longestMs = 0
  const turns = setInterval(() => {
    const now = performance.now()
    longestMs = Math.max(longestMs, now - turnAt)
    turnAt = now
  }, TURN_MS)
  const report = setInterval(() => {
    const { ledger } = fake
    all.seconds += 1
    if (longestMs < BLIND_MS) {
      all.told += 1
      for (const { name } of fake.nodes) all.busiest = Math.max(all.busiest, ledger.peak(name, SECOND))
    }
    // A second that begins in this window ends in the next, unless this one was of no use.
    const keptFrom = longestMs < BLIND_MS ? performance.now() - SECOND : Number.POSITIVE_INFINITY
    longestMs = 0
    const first = ledger.requests.findIndex(({ elapsedMs }) => elapsedMs >= keptFrom)
    const gone = ledger.requests.splice(0, first < 0 ? ledger.requests.length : first)
    all.requests += gone.length
    all.violations = ledger.violations.length
    say({ ...all, requests: all.requests + ledger.requests.length })
  }, SECOND)
  process.on('SIGTERM', async () => {
    clearInterval(turns)
    clearInterval(report)
    await fake[Symbol.asyncDispose]()
    process.exit(0)
  })
}

await main(JSON.parse(process.env[CLUSTER_ENV] ?? '{}'))
