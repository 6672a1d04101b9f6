import type { Readings } from '@lumen/hub/alerting/testing/alert-bench'
import { MINUTE } from '@lumen/model/time'
import { cpuOf, type Fault, isFull, isSilent } from './fault-script.ts'
import { INTERVAL_MS, type MortalHub } from './mortal-hub.ts'

/** The hosts of a fault script: what each says at a moment is by the script alone, so that it says the same to whoever asks
 * again. Moments are ms since the beginning. */
export class WeekFleet {
  readonly #byHost: Map<number, Fault[]>
  readonly #hosts: number
  /** Epoch ms. */
  readonly #start: number

  constructor(faults: readonly Fault[], hosts: number, start: number) {
    this.#byHost = Map.groupBy(faults, ({ host }) => host)
    this.#hosts = hosts
    this.#start = start
  }

  /** Every host that talks pushes, if it is time for it. What an agent kept while nobody listened comes with its next word,
   * and is history. */
  push(hub: MortalHub, at: number): void {
    if (at % INTERVAL_MS !== 0) return
    for (let host = 0; host < this.#hosts; host++) {
      const fault = this.#faultOf(host, at)
      if (isSilent(fault)) continue
      const silentFrom = this.#lastPush(host, at - INTERVAL_MS) + INTERVAL_MS
      const kept = silentFrom < at - 30 * MINUTE ? { ts: this.#start + silentFrom, readings: BAD } : undefined
      hub.push(host + 1, readingsOf(fault, at), kept)
    }
  }

  /** The newest readings a hub that was killed at a moment has on its disk: a minute late at most. */
  storedTimes(at: number): Map<number, number> {
    return new Map(
      Array.from({ length: this.#hosts }, (_, host): [number, number] => [
        host + 1,
        this.#start + this.#lastPush(host, at - MINUTE),
      ]),
    )
  }

  #faultOf(host: number, at: number): Fault | undefined {
    return this.#byHost.get(host)?.find(({ from, to }) => from <= at && at < to)
  }

  /** When it last pushed, as of a moment. */
  #lastPush(host: number, at: number): number {
    let last = Math.floor(at / INTERVAL_MS) * INTERVAL_MS
    while (last > 0 && isSilent(this.#faultOf(host, last))) last -= INTERVAL_MS
    return last
  }
}

const BAD: Readings = { host: { cpu_pct: 99 }, filesystem: { '/': { used_pct: 99 } } }

function readingsOf(fault: Fault | undefined, at: number): Readings {
  return {
    host: { cpu_pct: cpuOf(fault, at) },
    filesystem: { '/': { used_pct: isFull(fault) ? 95 : 50 } },
    container: { web: { health: fault?.kind === 'unhealthy' ? 'unhealthy' : 'healthy', state: 'running' } },
  }
}
