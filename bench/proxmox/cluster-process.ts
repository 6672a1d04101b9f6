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
  let requests = 0
  let busiest = 0
  const report = setInterval(() => {
    for (const { name } of fake.nodes) busiest = Math.max(busiest, fake.ledger.peak(name, SECOND))
    const { length } = fake.ledger.requests
    // Of the past no more than a second's reach is needed.
    const from = performance.now() - 2 * SECOND
    const old = fake.ledger.requests.findIndex(({ elapsedMs }) => elapsedMs >= from)
    const gone = old < 0 ? length : old
    requests += gone
    fake.ledger.requests.splice(0, gone)
    say({ requests: requests + length - gone, busiest, violations: fake.ledger.violations.length })
  }, SECOND)
  process.on('SIGTERM', async () => {
    clearInterval(report)
    await fake[Symbol.asyncDispose]()
    process.exit(0)
  })
}

await main(JSON.parse(process.env[CLUSTER_ENV] ?? '{}'))
