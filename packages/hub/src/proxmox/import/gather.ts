import type { EntityRow } from '@lumen/model/sample'
import type { Failure, Outcome } from '../client/outcome.ts'
import { rootOf } from '../client/outcome.ts'
import { PVE, type RrdRow } from '../client/pve-calls.ts'
import type { GuestNow, StorageNow } from '../poller/inventory.ts'
import { guestRow, nodeRows, type Reading, storageRow } from '../poller/readings.ts'
import type { WatchedClient } from '../poller/watched-client.ts'
import { type Archive, timedRows } from './archives.ts'
import { guestReading, nodeReading, storageReading } from './rrd-readings.ts'

/** One thing that has a history of its own. */
export interface Source {
  /** Whether its highs are asked for beside its averages. */
  hasMaxima: boolean
  fetch(client: WatchedClient, timeframe: string, cf: 'AVERAGE' | 'MAX'): Promise<Outcome<RrdRow[]>>
  rows(row: RrdRow): EntityRow[]
}

export function nodeSource(node: string): Source {
  return {
    hasMaxima: true,
    fetch: (client, timeframe, cf) => client.get(PVE.nodeRrd, { node }, { timeframe, cf }),
    rows: (row) => nodeRows(nodeReading(row)),
  }
}

export function guestSource(guest: GuestNow): Source {
  const { node, vmid } = guest
  const call = guest.kind === 'qemu' ? PVE.qemuRrd : PVE.lxcRrd
  return {
    hasMaxima: true,
    fetch: (client, timeframe, cf) => client.get(call, { node, vmid }, { timeframe, cf }),
    rows: (row) => present(guestRow(guest, guestReading(row))),
  }
}

export function storageSource(storage: StorageNow): Source {
  const { node, name } = storage
  return {
    hasMaxima: false,
    fetch: (client, timeframe, cf) => client.get(PVE.storageRrd, { node, storage: name }, { timeframe, cf }),
    rows: (row) => present(storageRow(storage, storageReading(row) as Reading)),
  }
}

const present = (row: EntityRow | undefined) => (row === undefined ? [] : [row])

/** Rows of several things at one time. */
export interface Moment {
  at: number
  stepMs: number
  rows: EntityRow[]
}

export type Gathered =
  | { kind: 'gathered'; moments: Moment[] }
  /** Nothing was used; trying again can help. */
  | { kind: 'later'; after: Failure }

/** Reads one archive of several things and puts it together by time, for what ends before `untilMs`.
 * @param isLastTry leaves out what cannot be read, in place of trying again */
export async function gather(
  client: WatchedClient,
  archive: Archive,
  sources: readonly Source[],
  range: { fromMs: number; untilMs: number },
  isLastTry: boolean,
  onProgress: () => void,
): Promise<Gathered> {
  const moments = new Map<number, Moment>()
  for (const source of sources) {
    const average = await source.fetch(client, archive.timeframe, 'AVERAGE')
    const highest = source.hasMaxima ? await source.fetch(client, archive.timeframe, 'MAX') : undefined
    onProgress()
    for (const outcome of [average, highest]) {
      if (outcome === undefined || outcome.kind === 'ok' || isLastTry || isForGood(outcome)) continue
      return { kind: 'later', after: outcome }
    }
    if (average.kind !== 'ok') continue
    const highs = new Map(highest?.kind === 'ok' ? highest.value.map((row) => [row.time, row]) : [])
    for (const { at, stepMs, row } of timedRows(average.value, archive)) {
      if (at < range.fromMs || at + stepMs > range.untilMs) continue
      const rows = withMaxima(source.rows(row), highs.get(row.time), source)
      if (rows.length === 0) continue
      const moment = moments.get(at)
      if (moment === undefined) moments.set(at, { at, stepMs, rows })
      else moment.rows.push(...rows)
    }
  }
  return { kind: 'gathered', moments: [...moments.values()].sort((a, b) => a.at - b.at) }
}

/** Asking again gives nothing else. */
function isForGood(failure: Failure): boolean {
  return ['missing-right', 'not-there', 'failed', 'too-big', 'not-json'].includes(rootOf(failure).kind)
}

function withMaxima(rows: EntityRow[], high: RrdRow | undefined, source: Source): EntityRow[] {
  if (high === undefined) return rows
  const highs = source.rows(high)
  return rows.map((row) => {
    const same = highs.find(({ entity, key }) => entity === row.entity && key === row.key)
    return same === undefined ? row : { ...row, maxima: same.values }
  })
}
