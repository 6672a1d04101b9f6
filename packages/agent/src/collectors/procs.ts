import { readdirSync, readlinkSync, statSync } from 'node:fs'
import type { Roots } from '../config.ts'
import { isAbsence } from '../kernel-text.ts'
import type { Collector } from './collector.ts'

/** How often the links of `/proc` are compared with what it lists. */
const LIST_EVERY_MS = 60_000
/** The namespace of processes a machine starts with has this number on every Linux (PROC_PID_INIT_INO). */
const FIRST_NAMESPACE = 'pid:[4026531836]'

/** Processes, counted as `/proc` lists them: one folder with a number each. Where even process 1 is not listed,
 * others' processes are hidden from us (`hidepid`), and how many there are is not known. Outside of containers the
 * folder's count of links rises with each process, which is 3 µs to ask for; listing 300 takes 100 to 250. */
export function procsCollector({ procRoot }: Pick<Roots, 'procRoot'>): Collector {
  const isCounted = countsAll(procRoot)
  /** Links of `/proc` that are no process, once two listings in a row agree about them. */
  let others: number | undefined
  let othersBefore: number | undefined
  let listedAt = Number.NEGATIVE_INFINITY
  return {
    name: 'procs',
    reads: ['{proc}', '{proc}/self/ns/pid'],
    sends: ['host.procs_total'],
    collect({ host }, at) {
      const links = isCounted ? linksOf(procRoot) : undefined
      if (links !== undefined && others !== undefined && at - listedAt < LIST_EVERY_MS) {
        host.procs_total = links - others
        return
      }
      const count = listed(procRoot)
      if (count !== undefined) host.procs_total = count
      listedAt = at
      // One that began or ended while they were listed makes the comparison worthless.
      const isStill = links !== undefined && links === linksOf(procRoot)
      const othersNow = isStill && count !== undefined ? links - count : undefined
      others = othersNow === othersBefore ? othersNow : undefined
      othersBefore = othersNow
    },
  }
}

function listed(procRoot: string): number | undefined {
  let names: string[]
  try {
    names = readdirSync(procRoot)
  } catch (error) {
    if (isAbsence(error)) return undefined
    throw error
  }
  if (!names.includes('1')) return undefined
  let count = 0
  for (const name of names) {
    const first = name.charCodeAt(0)
    if (first >= 0x30 && first <= 0x39) count += 1
  }
  return count
}

/** Whether this `/proc` shows the very processes the kernel counts. */
function countsAll(procRoot: string): boolean {
  try {
    return readlinkSync(`${procRoot}/self/ns/pid`) === FIRST_NAMESPACE
  } catch {
    return false
  }
}

function linksOf(procRoot: string): number | undefined {
  try {
    return statSync(procRoot).nlink
  } catch {
    return undefined
  }
}
