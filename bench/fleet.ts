import { join } from 'node:path'
import { type Child, startChild } from '@lumen/testkit/child'
import type { HubClient } from '@lumen/testkit/hub-client'
import { until } from '@lumen/testkit/until'
import { FLEET_ENV, type FleetProcessConfig, type FleetWindow } from './fleet-config.ts'

export interface FleetProcess extends AsyncDisposable {
  child: Child
  /** Lines printed so far. */
  windows(): FleetWindow[]
}

/** Registers `hosts` hosts and runs simulated agents for them in another process, until all are connected. */
export async function startFleet(
  admin: HubClient,
  options: { hosts: number; intervalMs: number; windowMs: number },
): Promise<FleetProcess> {
  const registered: FleetProcessConfig['hosts'] = []
  for (let i = 0; i < options.hosts; i++) {
    const { host, token } = await admin.createHost(`bench-${String(i).padStart(4, '0')}`)
    registered.push({ name: host.name, token })
  }
  const config: FleetProcessConfig = {
    hubUrl: admin.url,
    hosts: registered,
    intervalMs: options.intervalMs,
    windowMs: options.windowMs,
  }
  const child = startChild([process.execPath, '--no-env-file', join(import.meta.dir, 'fleet-process.ts')], {
    env: { [FLEET_ENV]: JSON.stringify(config) },
  })
  const windows = () =>
    child
      .stdout()
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as FleetWindow)
  try {
    await until('the fleet to connect', () => windows().at(-1)?.connected === options.hosts, {
      withinMs: 60_000 + options.intervalMs,
      everyMs: 100,
    })
  } catch (error) {
    await child.stop()
    throw new Error(`the fleet did not connect: ${child.stderr()}`, { cause: error })
  }
  return { child, windows, [Symbol.asyncDispose]: () => child[Symbol.asyncDispose]() }
}
