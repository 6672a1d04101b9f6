import { LumenError } from '@lumen/std/error'
import type { FleetPart, FleetQuery } from './api.ts'
import { COLD_STEP_MS } from './cold/cold-series.ts'
import type { HotClient } from './hot/client.ts'
import type { Directory } from './pending/directory.ts'
import type { Flusher } from './pending/flusher.ts'
import { overlay } from './pending/overlay.ts'
import { BucketSet } from './plan/bucket-set.ts'
import { gridOf } from './plan/grid.ts'
import { stitch } from './plan/stitch.ts'
import { selectionsOf } from './query.ts'

export interface FleetQueryParts {
  directory: Directory
  flusher: Flusher
  client: HotClient
}

/** How long a part may keep the worker, about: a flush or a chart waits no longer for it. */
const PART_MS = 25
const FIRST_HOSTS = 4
const MOST_HOSTS = 64

/** Asks for a few hosts at a time, as many as take the worker about `PART_MS`, and adds what is not on disk yet. */
export async function* runFleetQuery(
  { directory, flusher, client }: FleetQueryParts,
  query: FleetQuery,
): AsyncGenerator<FleetPart> {
  const { metric, key, range, stepMs } = query
  const grid = gridOf(range, stepMs)
  const [selection] = selectionsOf(metric.spec.isPersisted ? [metric] : [], key)
  if (selection === undefined) return
  // The files are sorted by host: neighbours share pages.
  const hosts = [...query.hosts].sort((a, b) => a - b)
  let size = FIRST_HOSTS
  for (let at = 0; at < hosts.length; ) {
    const known = hosts.slice(at, at + size).flatMap((id) => directory.hosts.get(id) ?? [])
    at += size
    if (known.length === 0) continue
    const ids = known.map(({ id }) => id)
    const answer = await client.call('readFleet', { hosts: ids, grid, selection })
    if (answer.mustCoarsen) {
      throw new LumenError(
        'step_too_fine',
        `Cannot answer in steps of ${stepMs / 1000} s: part of the range is kept in steps of ${COLD_STEP_MS / 1000} s`,
      )
    }
    // From here on nothing may wait: the answer and what it lacks must be of the same instant (T4).
    const deltas = flusher.deltasAfter(answer.generation)
    const columnsOf = new Map(answer.columns)
    const series = known.flatMap((host) => {
      if (directory.hosts.get(host.id) !== host) return []
      const set = new BucketSet(grid)
      set.addColumns(columnsOf.get(host.id) ?? [])
      overlay(set, deltas, host, [selection])
      if (set.columns().length === 0) return []
      return stitch(set, [metric], key).map((each) => ({ ...each, host: host.id }))
    })
    yield { ...grid, series }
    const perHostMs = Math.max(answer.tookMs, 0.1) / known.length
    size = Math.max(1, Math.min(MOST_HOSTS, size * 2, Math.floor(PART_MS / perHostMs)))
  }
}
