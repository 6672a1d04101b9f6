import type { GuestTruth } from '../guest-truth.ts'
import type { NodeTruth } from '../node-truth.ts'
import { maxOf, meanOf, type Quantity } from '../quantity.ts'
import type { Signal } from '../signal.ts'
import type { StorageTruth } from '../storage-truth.ts'
import { type Answer, ApiFault, type Asked, askedGuest } from './asked.ts'
import { SWAP_BYTES } from './metrics-export.ts'

/** Seconds a row and rows, by timeframe. */
type Layout = Readonly<Record<string, readonly [stepS: number, rows: number]>>

const WEEK_S = 604_800

/** PVE 8 keeps few and coarse rows. */
const OLD_LAYOUT: Layout = {
  hour: [60, 70],
  day: [1_800, 70],
  week: [10_800, 70],
  month: [43_200, 70],
  year: [WEEK_S, 70],
  decade: [WEEK_S, 70],
}

const LAYOUT: Layout = {
  hour: [60, 60],
  day: [60, 1_440],
  week: [1_800, 336],
  month: [1_800, 1_440],
  year: [21_600, 1_440],
  decade: [WEEK_S, 570],
}

/** A data source: a quantity times a factor, or a number that does not move while `quantity` is known. */
interface Column {
  name: string
  quantity: Quantity
  factor: number
  isSince9?: boolean
}

export const nodeRrd: Answer = (asked) => rows(asked, nodeColumns(asked.truth.node(asked.target.name)))

export const qemuRrd: Answer = (asked) => guestRrd(asked, 'qemu')
export const lxcRrd: Answer = (asked) => guestRrd(asked, 'lxc')

export const storageRrd: Answer = (asked) => {
  const { truth, timeline, target, parameters } = asked
  if (!timeline.spec.storages.some(({ name }) => name === parameters.storage))
    throw new ApiFault(500, `storage '${parameters.storage}' does not exist`)
  return rows(asked, storageColumns(truth.storage(target.name, parameters.storage!)))
}

function guestRrd(asked: Asked, type: 'qemu' | 'lxc'): unknown {
  const { vmid } = askedGuest(asked, type)
  return rows(asked, guestColumns(asked.truth.guest(vmid)))
}

/** Rows by the target's clock. `time` is where a row begins, epoch s; what is not known is no key. On a PVE 9 that was
 * a PVE 8 the rows of before come first at their own spacing and may reach into the first of the new ones. */
function rows(asked: Asked, columns: readonly Column[]): Record<string, number>[] {
  const { timeline, target, parameters, major, now } = asked
  const timeframe = parameters.timeframe!
  const nowS = Math.floor(timeline.nodeClock(target.name, now) / 1_000)
  const upgradedS =
    timeline.spec.upgradedAt === undefined ? undefined : Math.floor(timeline.spec.upgradedAt / 1_000)
  if (major === 8) return span(asked, columns, { ...stretch(OLD_LAYOUT[timeframe]!, nowS), isOld: true })
  const fresh = stretch(LAYOUT[timeframe]!, nowS)
  if (upgradedS === undefined || fresh.fromS >= upgradedS)
    return span(asked, columns, { ...fresh, isOld: false })
  const before = stretch(OLD_LAYOUT[timeframe]!, nowS)
  const fromS = Math.floor(upgradedS / fresh.stepS) * fresh.stepS
  return [
    ...span(asked, columns, { ...before, toS: upgradedS, isOld: true }),
    ...span(asked, columns, { ...fresh, fromS, isOld: false }),
  ]
}

interface Stretch {
  fromS: number
  toS: number
  stepS: number
}

function stretch([stepS, count]: readonly [number, number], nowS: number): Stretch {
  const toS = Math.floor(nowS / stepS) * stepS
  return { fromS: toS - stepS * count, toS, stepS }
}

function span(
  asked: Asked,
  columns: readonly Column[],
  { fromS, toS, stepS, isOld }: Stretch & { isOld: boolean },
): Record<string, number>[] {
  const { truth, timeline, target, parameters, now } = asked
  const consolidate = parameters.cf === 'MAX' ? maxOf : meanOf
  const aheadMs = timeline.nodeClock(target.name, now) - now
  const lastRound = truth.lastRound(target.name, now)
  const { bornAt } = timeline.spec
  const found: Record<string, number>[] = []
  for (let time = fromS; time < toS; time += stepS) {
    const row: Record<string, number> = { time }
    found.push(row)
    const from = time * 1_000 - aheadMs
    const to = from + stepS * 1_000
    if (to > lastRound || to <= bornAt) continue
    // Several columns show one quantity.
    const values = new Map<Quantity, number | undefined>()
    for (const { name, quantity, factor, isSince9 } of columns) {
      if (isOld && isSince9) continue
      if (!values.has(quantity)) values.set(quantity, consolidate(quantity, from, to))
      const value = values.get(quantity)
      if (value !== undefined) row[name] = value * factor
    }
  }
  return found
}

function nodeColumns({ spec, quantities }: NodeTruth): Column[] {
  const { cpu, iowait, memory, swap, root, netIn, netOut } = quantities
  const fixed = constant(cpu.runs)
  const arc = spec.pools.length === 0 ? 0 : spec.memoryBytes / 3
  const percent = (name: string, quantity: Quantity, factor: number): Column => ({
    ...{ name, quantity, factor, isSince9: true },
  })
  return [
    { name: 'loadavg', quantity: cpu, factor: spec.cores },
    { name: 'maxcpu', quantity: fixed, factor: spec.cores },
    { name: 'cpu', quantity: cpu, factor: 1 },
    { name: 'iowait', quantity: iowait, factor: 1 },
    { name: 'memtotal', quantity: fixed, factor: spec.memoryBytes },
    { name: 'memused', quantity: memory, factor: spec.memoryBytes },
    { name: 'swaptotal', quantity: fixed, factor: SWAP_BYTES },
    { name: 'swapused', quantity: swap, factor: SWAP_BYTES },
    { name: 'roottotal', quantity: fixed, factor: spec.rootBytes },
    { name: 'rootused', quantity: root, factor: spec.rootBytes },
    { name: 'netin', quantity: netIn, factor: 1 },
    { name: 'netout', quantity: netOut, factor: 1 },
    { name: 'arcsize', quantity: memory, factor: arc, isSince9: true },
    percent('pressurecpusome', cpu, 4),
    percent('pressureiosome', iowait, 120),
    percent('pressureiofull', iowait, 90),
    percent('pressurememorysome', swap, 1),
    percent('pressurememoryfull', swap, 0.5),
  ]
}

/** A VM's disk is 0 at all times, a container's is what it uses. */
function guestColumns({ spec, quantities, configured }: GuestTruth): Column[] {
  const { cpu, memory, disk, netIn, netOut, diskRead, diskWrite } = quantities
  const fixed = constant(configured)
  const pressure = (name: string, factor: number): Column => ({ name, quantity: cpu, factor, isSince9: true })
  return [
    { name: 'maxcpu', quantity: fixed, factor: spec.cores },
    { name: 'cpu', quantity: cpu, factor: 1 },
    { name: 'maxmem', quantity: fixed, factor: spec.memoryBytes },
    { name: 'mem', quantity: memory, factor: spec.memoryBytes },
    { name: 'maxdisk', quantity: fixed, factor: spec.diskBytes },
    spec.type === 'lxc'
      ? { name: 'disk', quantity: disk, factor: spec.diskBytes }
      : { name: 'disk', quantity: fixed, factor: 0 },
    { name: 'netin', quantity: netIn, factor: 1 },
    { name: 'netout', quantity: netOut, factor: 1 },
    { name: 'diskread', quantity: diskRead, factor: 1 },
    { name: 'diskwrite', quantity: diskWrite, factor: 1 },
    { name: 'memhost', quantity: memory, factor: spec.memoryBytes * 1.04, isSince9: true },
    pressure('pressurecpusome', 4),
    pressure('pressurecpufull', 0),
    pressure('pressureiosome', 2),
    pressure('pressureiofull', 1.5),
    pressure('pressurememorysome', 0.1),
    pressure('pressurememoryfull', 0.05),
  ]
}

function storageColumns({ spec, quantities: { used } }: StorageTruth): Column[] {
  return [
    { name: 'total', quantity: constant(used.runs), factor: spec.totalBytes },
    { name: 'used', quantity: used, factor: spec.totalBytes },
  ]
}

/** One, all the time it is known. */
function constant(runs: Quantity['runs']): Quantity {
  const signal: Pick<Signal, 'at' | 'integral'> = {
    at: () => 1,
    integral: (from, to) => Math.max(0, to - from),
  }
  return { signal, runs }
}
