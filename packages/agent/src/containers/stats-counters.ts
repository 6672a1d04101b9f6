import type { WireRow } from '@lumen/protocol/agent/frame'
import type { EngineStats } from '../engine/parse-stats.ts'
import { type Growth, GrowthBook, perSecond } from '../rate.ts'
import { percentOf, round2 } from '../round.ts'

/** Numbers of containers whose groups cannot be read, from counters their engine answered with. Time between two is
 * the engine's own. */
export class StatsCounters {
  readonly #books = new Map<string, GrowthBook>()
  /** Rows of the last answers: an answer gives the same row until there is a newer one. */
  readonly #rows = new Map<string, { at: number; row: WireRow<'container'> }>()

  read(id: string, stats: EngineStats, limitBytes: number | undefined): WireRow<'container'> {
    const last = this.#rows.get(id)
    if (last?.at === stats.at) return { ...last.row }
    let book = this.#books.get(id)
    if (book === undefined) {
      book = new GrowthBook()
      this.#books.set(id, book)
    }
    const row = rowOf(book, stats, limitBytes)
    book.endRound()
    this.#rows.set(id, { at: stats.at, row })
    return { ...row }
  }

  keep(ids: ReadonlySet<string>): void {
    for (const kept of [this.#books, this.#rows])
      for (const id of kept.keys()) if (!ids.has(id)) kept.delete(id)
  }
}

function rowOf(book: GrowthBook, stats: EngineStats, limitBytes: number | undefined): WireRow<'container'> {
  const growth = (key: string, ...counters: (number | undefined)[]): Growth | undefined => {
    if (counters.some((counter) => counter === undefined)) return undefined
    return book.read(key, counters as number[], stats.at)
  }
  const row: WireRow<'container'> = { pids: stats.pids, mem_used_bytes: stats.memoryUsedBytes }
  const cpu = growth('cpu', stats.cpuUs)
  if (cpu !== undefined) {
    const cores = cpu.by[0]! / 1_000 / cpu.elapsedMs
    row.cpu_cores = round2(cores)
    if (stats.onlineCpus !== undefined) row.cpu_pct = percentOf(cores, stats.onlineCpus)
  }
  const periods = growth('periods', stats.periods, stats.throttledPeriods)
  if (periods !== undefined) row.throttled_pct = percentOf(periods.by[1]!, periods.by[0]!)
  if (limitBytes !== undefined) {
    row.mem_limit_bytes = limitBytes
    if (stats.memoryUsedBytes !== undefined) row.mem_pct = percentOf(stats.memoryUsedBytes, limitBytes)
  }
  const io = growth('io', stats.readBytes, stats.writtenBytes)
  if (io !== undefined) {
    row.io_read_bytes_per_s = Math.round(perSecond(io.by[0]!, io.elapsedMs))
    row.io_write_bytes_per_s = Math.round(perSecond(io.by[1]!, io.elapsedMs))
  }
  const net = growth('net', stats.rxBytes, stats.txBytes)
  if (net !== undefined) {
    row.net_rx_bytes_per_s = Math.round(perSecond(net.by[0]!, net.elapsedMs))
    row.net_tx_bytes_per_s = Math.round(perSecond(net.by[1]!, net.elapsedMs))
  }
  return row
}
