import { availableParallelism } from 'node:os'

/** Files that measure what others on the machine would disturb: they run one by one, after all the others. */
const ALONE: ReadonlySet<string> = new Set(['e2e/stall.test.ts'])

/** About how long the longest take, seconds on two cores. They are begun first, so that none is left alone at the end;
 * an old figure costs a little time and nothing else. */
const SECONDS: Readonly<Record<string, number>> = {
  'e2e/proxmox-alert.test.ts': 180,
  'e2e/crash.test.ts': 170,
  'e2e/proxmox-page.test.ts': 90,
  'e2e/browser.test.ts': 70,
  'packages/lumen/src/commands/inert.io.test.ts': 60,
  'e2e/long-outage.test.ts': 43,
  'e2e/alerts.test.ts': 40,
  'e2e/spool.test.ts': 31,
  'packages/tsdb/src/three-tiers.prop.test.ts': 30,
  'e2e/numbers.test.ts': 28,
  'e2e/history.test.ts': 27,
  'e2e/auto-update.test.ts': 25,
  'e2e/simulated-week.test.ts': 24,
  'e2e/network.test.ts': 22,
  'packages/agent/src/containers/docker.io.test.ts': 21,
  'e2e/install-debian.test.ts': 19,
  'packages/lumen/src/commands/up.io.test.ts': 17,
  'e2e/outage.test.ts': 16,
}

/** Side by side at most. Tests wait more than they compute, but each may bring hubs, agents and a browser. */
const MOST_WORKERS = 8

/** How many files run side by side. */
export function workerCount(cores = availableParallelism()): number {
  return Math.min(MOST_WORKERS, cores * 2)
}

/** Files of one run. */
export interface Lane {
  files: string[]
  /** Files side by side. */
  workers: number
}

/** In which runs, one after the other. */
export function lanesOf(files: readonly string[]): Lane[] {
  const together = files.filter((file) => !ALONE.has(file))
  const alone = files.filter((file) => ALONE.has(file))
  return [
    ...(together.length > 0 ? [{ files: together, workers: workerCount() }] : []),
    ...alone.map((file) => ({ files: [file], workers: 1 })),
  ]
}

/** What `bun test --timings` reads. */
export function timings(): string {
  const files = Object.fromEntries(Object.entries(SECONDS).map(([file, seconds]) => [file, seconds * 1_000]))
  return JSON.stringify({ version: 1, files })
}

/** Files named here, which must exist. */
export const NAMED: readonly string[] = [...ALONE, ...Object.keys(SECONDS)]
