import { readdirSync, readFileSync } from 'node:fs'

/** What one process has used so far and holds now. */
export interface ProcessUsage {
  /** CPU time of all its threads, user and system, ms. */
  cpuMs: number
  rssBytes: number
  /** Most it ever held. */
  peakRssBytes: number
  /** Anonymous memory: what it alone costs the machine. */
  anonBytes: number
  /** Sent towards the disk by it (page cache writes that were not cancelled). */
  writtenBytes: number
}

/** From `/proc/<pid>/{schedstat of each task, status, io}` (Linux). CPU is from the scheduler's nanoseconds: the clock ticks of
 * `/proc/<pid>/stat` are 10 ms, more than a whole tick of the agent. A thread that ended takes its share with it.
 * @throws when the process is gone, or `io` belongs to somebody else. */
export function usageOf(pid: number): ProcessUsage {
  const tasks = readdirSync(`/proc/${pid}/task`)
  const cpuNs = tasks.reduce(
    (sum, task) => sum + Number(read(`/proc/${pid}/task/${task}/schedstat`).split(' ')[0]),
    0,
  )
  const status = read(`/proc/${pid}/status`)
  const io = read(`/proc/${pid}/io`)
  return {
    cpuMs: cpuNs / 1e6,
    rssBytes: kibibytes(status, 'VmRSS'),
    peakRssBytes: kibibytes(status, 'VmHWM'),
    anonBytes: kibibytes(status, 'RssAnon'),
    writtenBytes:
      Number(/^write_bytes: (\d+)/m.exec(io)?.[1]) - Number(/^cancelled_write_bytes: (\d+)/m.exec(io)?.[1]),
  }
}

/** CPU time of all threads a process ever had, user and system, ms; in the kernel's ticks of 10 ms. From
 * `/proc/<pid>/stat`.
 * @throws when the process is gone */
export function cpuEverMs(pid: number): number {
  const [, fields] = /\) (.*)/.exec(read(`/proc/${pid}/stat`)) ?? []
  const [user, system] = fields!.split(' ').slice(11, 13).map(Number)
  return 10 * (user! + system!)
}

/** A process and those it started, and they, as long as they live. */
export function familyOf(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(familyOf)]
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      read(`/proc/${pid}/task/${task}/children`).split(' ').filter(Boolean).map(Number),
    )
  } catch {
    // It ended meanwhile.
    return []
  }
}

/** What a process, the first, and its children used and hold together. RSS counts what they share once each; a child
 * that has ended counts no more.
 * @throws when the first is gone */
export function usageOfFamily([parent, ...children]: readonly number[]): ProcessUsage {
  const sum = { ...usageOf(parent!) }
  for (const child of children) {
    const usage = usageOfChild(child)
    if (usage === undefined) continue
    sum.cpuMs += usage.cpuMs
    sum.rssBytes += usage.rssBytes
    sum.peakRssBytes += usage.peakRssBytes
    sum.anonBytes += usage.anonBytes
    sum.writtenBytes += usage.writtenBytes
  }
  return sum
}

function usageOfChild(pid: number): ProcessUsage | undefined {
  try {
    return usageOf(pid)
  } catch {
    return undefined
  }
}

function read(path: string): string {
  return readFileSync(path, 'utf8')
}

function kibibytes(status: string, name: string): number {
  const found = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)
  if (found === null) throw new Error(`no ${name} in /proc/<pid>/status`)
  return Number(found[1]) * 1_024
}
