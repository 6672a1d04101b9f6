import type { EntityRow } from '@lumen/model/sample'
import { HOUR } from '@lumen/model/time'
import type { Failure, Outcome } from '../client/outcome.ts'
import { rootOf } from '../client/outcome.ts'
import { PVE, type RrdRow } from '../client/pve-calls.ts'
import type { GuestNow, StorageNow } from '../poller/inventory.ts'
import { guestRow, nodeRows, type Reading, storageRow } from '../poller/readings.ts'
import type { WatchedClient } from '../poller/watched-client.ts'
import { type Archive, timedRows } from './archives.ts'
import { History } from './history.ts'
import { guestReading, nodeReading, storageReading } from './rrd-readings.ts'

/** One thing that has a history of its own. */
export interface Source {
  /** Who is asked. */
  node: string
  /** Whether its highs are asked for beside its averages. */
  hasMaxima: boolean
  fetch(client: WatchedClient, timeframe: string, cf: 'AVERAGE' | 'MAX'): Promise<Outcome<RrdRow[]>>
  rows(row: RrdRow): EntityRow[]
}

export function nodeSource(node: string): Source {
  return {
    node,
    hasMaxima: true,
    fetch: (client, timeframe, cf) => client.get(PVE.nodeRrd, { node }, { timeframe, cf }),
    rows: (row) => nodeRows(nodeReading(row)),
  }
}

export function guestSource(guest: GuestNow): Source {
  const { node, vmid } = guest
  const call = guest.kind === 'qemu' ? PVE.qemuRrd : PVE.lxcRrd
  return {
    node,
    hasMaxima: true,
    fetch: (client, timeframe, cf) => client.get(call, { node, vmid }, { timeframe, cf }),
    rows: (row) => present(guestRow(guest, guestReading(row))),
  }
}

export function storageSource(storage: StorageNow): Source {
  const { node, name } = storage
  return {
    node,
    hasMaxima: false,
    fetch: (client, timeframe, cf) => client.get(PVE.storageRrd, { node, storage: name }, { timeframe, cf }),
    rows: (row) => present(storageRow(storage, storageReading(row) as Reading)),
  }
}

const present = (row: EntityRow | undefined) => (row === undefined ? [] : [row])

/** Highs are a request more for each thing, which rows of so long are worth: a shorter one's average tells what went on,
 * and a minute's is its high. */
const HIGHS_FROM_MS = 6 * HOUR

export type Gathered =
  | { kind: 'gathered'; history: History }
  /** Nothing was used; trying again can help. */
  | { kind: 'later'; after: Failure }

/** Things a node is asked for at once: while one answer comes the next is on its way. */
const AT_ONCE = 2

/** Answers read between two sweeps: each is some MB of text and rows, whose memory is not missed soon enough. */
const ANSWERS_A_SWEEP = 32

/** Reads one archive of several things and puts it together by time, for what ends before `untilMs`. Nodes are asked
 * side by side; of what they answer only the numbers are kept.
 * @param isLastTry leaves out what cannot be read, in place of trying again */
export async function gather(
  client: WatchedClient,
  archive: Archive,
  sources: readonly Source[],
  range: { fromMs: number; untilMs: number },
  isLastTry: boolean,
  onProgress: () => void,
): Promise<Gathered> {
  const history = new History()
  let answers = 0
  let fault: Failure | undefined
  const ask = async (source: Source) => {
    const average = await source.fetch(client, archive.timeframe, 'AVERAGE')
    const hasMaxima = source.hasMaxima && average.kind === 'ok' && archive.stepMs >= HIGHS_FROM_MS
    const highest = hasMaxima ? await source.fetch(client, archive.timeframe, 'MAX') : undefined
    onProgress()
    if (++answers % ANSWERS_A_SWEEP === 0) Bun.gc(true)
    for (const outcome of [average, highest]) {
      if (outcome === undefined || outcome.kind === 'ok' || isLastTry || isForGood(outcome)) continue
      fault ??= outcome
      return
    }
    if (average.kind !== 'ok') return
    const highs = new Map(highest?.kind === 'ok' ? highest.value.map((row) => [row.time, row]) : [])
    const within = timedRows(average.value, archive).filter(
      ({ at, stepMs }) => at >= range.fromMs && at + stepMs <= range.untilMs,
    )
    history.add(
      within.map(({ at, stepMs, row }) => ({
        ...{ at, stepMs },
        rows: withMaxima(source.rows(row), highs.get(row.time), source),
      })),
    )
  }
  const byNode = Map.groupBy(sources, ({ node }) => node)
  await Promise.all(
    Array.from(byNode.values(), async (own) => {
      const left = own.values()
      const askNext = async () => {
        for (const source of left) if (fault === undefined) await ask(source)
      }
      await Promise.all(Array.from({ length: AT_ONCE }, askNext))
    }),
  )
  if (fault !== undefined) return { kind: 'later', after: fault }
  return { kind: 'gathered', history }
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
