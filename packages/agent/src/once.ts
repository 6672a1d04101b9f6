import type { WireFrame } from '@lumen/protocol/agent/frame'
import type { Clock } from '@lumen/std/clock'
import { sleep } from '@lumen/std/sleep'
import { Collection } from './collection.ts'
import { allCollectors } from './collectors/all.ts'
import type { AgentConfig, Roots } from './config.ts'

/** For a program that reads many disks; a container engine that hangs is given up sooner. */
const PATIENCE_MS = 30_000

/** One frame as it would be pushed, stamped with this machine's own wall clock. Reads twice, `waitMs` apart, so
 * that rates exist, and waits for what is asked beside the tick. */
export async function collectOnce(
  roots: Roots & Pick<AgentConfig, 'docker' | 'permits' | 'programs'>,
  clock: Clock,
  waitMs = 1_000,
): Promise<WireFrame> {
  const machine = allCollectors(roots, clock, roots)
  const collection = new Collection(machine.collectors)
  const settled = () => Promise.race([machine.settled(), sleep(PATIENCE_MS)])
  await machine.refresh()
  const firstAt = clock.monotonic()
  collection.collect(firstAt)
  await Promise.all([sleep(waitMs), settled()])
  await machine.refresh()
  await settled()
  const at = clock.monotonic()
  const { readings } = collection.collect(at)
  machine.stop()
  const intervalMs = Math.min(3_600_000, Math.max(100, Math.round(at - firstAt)))
  return { seq: 1, ts: Math.round(clock.now()), interval_ms: intervalMs, ...readings }
}
