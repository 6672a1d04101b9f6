import { join } from 'node:path'
import { type Child, startChild } from '@lumen/testkit/child'
import {
  CLUSTER_ENV,
  type ClusterGreeting,
  type ClusterProcessConfig,
  type ClusterWindow,
} from './cluster-config.ts'

export interface ClusterProcess extends AsyncDisposable, ClusterGreeting {
  child: Child
  /** As of the last second. */
  newest(): ClusterWindow
}

/** Starts a fake cluster in another process. */
export async function startCluster(config: ClusterProcessConfig): Promise<ClusterProcess> {
  const child = startChild([process.execPath, '--no-env-file', join(import.meta.dir, 'cluster-process.ts')], {
    env: { [CLUSTER_ENV]: JSON.stringify(config) },
  })
  try {
    const [line] = await child.printed(/^\{"addresses".*\}$/m, 60_000)
    const newest = (): ClusterWindow => {
      const lines = child.stdout().split('\n').slice(1, -1)
      const last = lines.at(-1)
      return last === undefined
        ? { requests: 0, busiest: 0, told: 0, seconds: 0, violations: 0 }
        : (JSON.parse(last) as ClusterWindow)
    }
    return {
      ...(JSON.parse(line) as ClusterGreeting),
      child,
      newest,
      [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
    }
  } catch (error) {
    await child.stop()
    throw new Error(`the cluster did not start: ${child.stderr()}`, { cause: error })
  }
}
