import type { WireRow } from '@lumen/protocol/agent/frame'
import { systemClock } from '@lumen/std/clock'
import { Collection } from '../collection.ts'
import { OWN_ROOTS } from '../config.ts'
import { parseDockerSetting } from '../engine/address.ts'
import { detectEnvironment, type Environment } from '../environment/environment.ts'
import { Containers } from './containers.ts'

/** Containers of this machine as the agent sees them, for tests against real engines. */
export class ContainerWatch implements Disposable {
  readonly containers: Containers
  readonly #collection: Collection

  constructor(docker: string, change: Partial<Environment> = {}) {
    this.containers = new Containers({
      setting: parseDockerSetting(docker),
      roots: OWN_ROOTS,
      environment: { ...detectEnvironment(OWN_ROOTS), ...change },
      clock: systemClock,
    })
    this.#collection = new Collection([this.containers])
  }

  /** One tick, with all that was due answered. */
  async rows(): Promise<Record<string, WireRow<'container'>>> {
    this.containers.refresh()
    await this.containers.settled()
    return this.rowsNow()
  }

  /** One tick that waits for nothing, as the agent's. */
  rowsNow(): Record<string, WireRow<'container'>> {
    this.containers.refresh()
    return this.#collection.collect(systemClock.monotonic()).readings.container ?? {}
  }

  get fault(): string | undefined {
    return this.#collection.faults.containers
  }

  [Symbol.dispose](): void {
    this.containers.stop()
  }
}
