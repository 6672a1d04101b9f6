import type { PveRelease } from '@lumen/testkit/proxmox/cluster-spec'

export const CLUSTER_ENV = 'LUMEN_BENCH_CLUSTER'

export interface ClusterProcessConfig {
  release: PveRelease
  nodes: number
  /** In all. */
  guests: number
  historyMs: number
}

/** The first line of the cluster process: how to connect. */
export interface ClusterGreeting {
  addresses: string[]
  caPem: string
  tokenId: string
  secret: string
}

/** Every other line, one a second: counts since the start. */
export interface ClusterWindow {
  requests: number
  /** Most requests that reached one node, as answerer or as target, within any second in which this process could tell:
   * while it reckons, requests wait unseen and then seem to come at once. */
  busiest: number
  /** Seconds in which it could tell, and all. */
  told: number
  seconds: number
  /** Outside of the allowed calls. */
  violations: number
}
