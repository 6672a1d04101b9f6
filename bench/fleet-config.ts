import type { FleetHost } from '@lumen/testkit/simulated-fleet'

export const FLEET_ENV = 'LUMEN_BENCH_FLEET'

export interface FleetProcessConfig {
  hubUrl: string
  hosts: FleetHost[]
  intervalMs: number
  /** How often it prints a line. */
  windowMs: number
}

/** One line of the fleet process: counts since the start, latencies of the window. */
export interface FleetWindow {
  connected: number
  frames: number
  failures: number
  undurable: number
  pushes: number
  p50Ms: number | null
  p99Ms: number | null
}
