import { SimulatedFleet } from '@lumen/testkit/simulated-fleet'
import { FLEET_ENV, type FleetProcessConfig, type FleetWindow } from './fleet-config.ts'
import { quantile } from './result.ts'

/** A simulated fleet in a process of its own, so that its work is not counted as the hub's. Prints one line of
 * JSON a window. */
function main(config: FleetProcessConfig): void {
  let latencies: number[] = []
  const fleet = new SimulatedFleet({
    hubUrl: config.hubUrl,
    hosts: config.hosts,
    intervalMs: config.intervalMs,
    replayWindowMs: 60_000,
    onAck: (_host, _ack, latencyMs) => latencies.push(latencyMs),
  })
  fleet.start()
  const report = setInterval(() => {
    const { connected, frames, failures, undurable } = fleet.status()
    const window: FleetWindow = {
      connected,
      frames,
      failures,
      undurable,
      pushes: latencies.length,
      p50Ms: quantile(latencies, 0.5),
      p99Ms: quantile(latencies, 0.99),
    }
    latencies = []
    process.stdout.write(`${JSON.stringify(window)}\n`)
  }, config.windowMs)
  process.on('SIGTERM', async () => {
    clearInterval(report)
    await fleet.stop()
    process.exit(0)
  })
}

main(JSON.parse(process.env[FLEET_ENV] ?? '{}'))
