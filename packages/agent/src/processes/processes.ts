import { readdirSync, statSync } from 'node:fs'
import type { WireRow } from '@lumen/protocol/agent/frame'
import type { Collector } from '../collectors/collector.ts'
import type { Roots } from '../config.ts'
import { tidy } from '../engine/parse-list.ts'
import { ALLOWED_CORES_READS } from '../environment/allowed-cores.ts'
import { isAbsence, readKernelText } from '../kernel-text.ts'
import { type PidStat, parsePidStat } from '../procfs/pid-stat.ts'
import { round2 } from '../round.ts'
import { type Measured, rank } from './rank.ts'
import { UserNames } from './user-names.ts'

const MOST = 10
/** Processes are read this often at most, many of them seldomer; the last ranking is shown between. */
const EVERY_MS = 10_000
const MANY = 500
const MANY_EVERY_MS = 30_000
const MAX_PROCESSES = 10_000
const TICKS_PER_S = 100
const PAGE_BYTES = 4096

interface Reading {
  startTicks: number
  ticks: number
}

/** Processes by CPU over the last ten seconds and by memory, ten of each, by their names alone. A process that came and
 * went between two readings is not seen. Cost: a file of 8 µs for each process of the
 * machine, every ten seconds. */
export class Processes implements Collector {
  readonly name = 'processes'
  readonly switch = 'processes'
  readonly reads = [
    '{proc}',
    '{proc}/*/stat',
    '{proc}/*',
    '{root}/etc/passwd',
    ...ALLOWED_CORES_READS,
  ] as const
  readonly sends = ['process.*'] as const
  readonly #procRoot: string
  readonly #users: UserNames
  readonly #coresOf: () => number | undefined
  #last: ReadonlyMap<number, Reading> = new Map()
  #lastAt = Number.NEGATIVE_INFINITY
  #rows: Record<string, WireRow<'process'>> = {}

  /** @param coresOf how many cores the whole machine may use */
  constructor({ procRoot, rootfs }: Roots, coresOf: () => number | undefined) {
    this.#procRoot = procRoot
    this.#users = new UserNames(rootfs)
    this.#coresOf = coresOf
  }

  collect(into: Parameters<Collector['collect']>[0], at: number): void {
    const elapsedMs = at - this.#lastAt
    const hasRows = Object.keys(this.#rows).length > 0
    const everyMs = this.#last.size > MANY ? MANY_EVERY_MS : EVERY_MS
    if (!hasRows || elapsedMs >= everyMs) this.#read(at, elapsedMs)
    if (Object.keys(this.#rows).length > 0) into.process = { ...this.#rows }
  }

  #read(at: number, elapsedMs: number): void {
    const pids = this.#list()
    const now = new Map<number, Reading>()
    const measured: Measured[] = []
    for (const pid of pids) {
      const stat = this.#stat(pid)
      if (stat === undefined) continue
      const { name, ticks, startTicks, rssPages } = stat
      const before = this.#last.get(pid)
      now.set(pid, { startTicks, ticks })
      const isSame = before !== undefined && before.startTicks === startTicks
      const grownTicks = isSame ? Math.max(0, ticks - before.ticks) : undefined
      measured.push({ pid, name, grownTicks, rssBytes: rssPages * PAGE_BYTES })
    }
    const cores = this.#coresOf()
    const wholeTicks = cores === undefined ? undefined : (elapsedMs / 1_000) * TICKS_PER_S * cores
    const isFirst = this.#last.size === 0
    this.#last = now
    this.#lastAt = at
    this.#rows = {}
    if (isFirst) return
    for (const [index, process] of rank(measured, MOST).entries())
      this.#rows[index + 1] = this.#rowOf(process, wholeTicks, at)
  }

  #rowOf(
    { pid, name, grownTicks, rssBytes }: Measured,
    whole: number | undefined,
    at: number,
  ): WireRow<'process'> {
    const row: WireRow<'process'> = { pid, name: tidy(name, 64), rss_bytes: rssBytes }
    if (grownTicks !== undefined && whole !== undefined && whole > 0)
      row.cpu_pct = Math.min(100, round2((grownTicks / whole) * 100))
    const uid = this.#uidOf(pid)
    if (uid !== undefined) row.user = this.#users.nameOf(uid, at)
    return row
  }

  /** None where even process 1 is hidden from us: ours alone would be no ranking of the machine's. */
  #list(): number[] {
    try {
      const names = readdirSync(this.#procRoot)
      if (!names.includes('1')) return []
      return names
        .filter((name) => /^\d+$/.test(name))
        .map(Number)
        .slice(0, MAX_PROCESSES)
    } catch (error) {
      if (isAbsence(error)) return []
      throw error
    }
  }

  /** undefined for one that ended meanwhile, or whose text is no process. */
  #stat(pid: number): PidStat | undefined {
    try {
      const text = readKernelText(`${this.#procRoot}/${pid}/stat`)
      return text === undefined ? undefined : parsePidStat(text)
    } catch {
      return undefined
    }
  }

  #uidOf(pid: number): number | undefined {
    try {
      return statSync(`${this.#procRoot}/${pid}`).uid
    } catch {
      return undefined
    }
  }
}
