import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode, LumenError } from '@lumen/std/error'

/** One agent process per spool directory: a file that names the process and when it started, so that neither a
 * crash nor a number used again by another process leaves the directory locked. */
export class SpoolLock {
  readonly #path: string

  private constructor(path: string) {
    this.#path = path
  }

  /** @throws {LumenError} `spool_in_use`; the system's error when the directory cannot be written. */
  static take(dir: string): SpoolLock {
    const path = join(dir, 'lock')
    const own = identity(process.pid) ?? String(process.pid)
    for (let attempt = 0; attempt < 3; attempt += 1) {
      try {
        writeFileSync(path, own, { flag: 'wx', mode: 0o600 })
        return new SpoolLock(path)
      } catch (error) {
        if (errorCode(error) !== 'EEXIST') throw error
      }
      const holder = contentOf(path)
      if (holder !== undefined && isAlive(holder)) {
        const [pid] = holder.split(' ')
        throw new LumenError('spool_in_use', `another agent (process ${pid}) uses ${dir}`)
      }
      if (holder !== undefined) removeStale(path, holder)
    }
    throw new LumenError('spool_in_use', `other agents begin to use ${dir}`)
  }

  release(): void {
    rmSync(this.#path, { force: true })
  }
}

/** Out of the way first, then looked at: what another agent made meanwhile is put back. */
function removeStale(path: string, holder: string): void {
  const aside = `${path}.${process.pid}`
  try {
    renameSync(path, aside)
    if (contentOf(aside) !== holder) linkSync(aside, path)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' && errorCode(error) !== 'EEXIST') throw error
  }
  rmSync(aside, { force: true })
}

function isAlive(holder: string): boolean {
  const [pid] = holder.split(' ')
  if (pid === undefined || !/^\d+$/.test(pid)) return false
  const now = identity(Number(pid))
  if (now !== undefined) return now === holder
  try {
    process.kill(Number(pid), 0)
    return process.platform !== 'linux'
  } catch {
    return false
  }
}

/** Number and start time (proc(5), field 22 of stat) of a process; undefined when there is none, or no /proc. */
function identity(pid: number): string | undefined {
  const stat = contentOf(`/proc/${pid}/stat`)
  const startedAt = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  return startedAt === undefined ? undefined : `${pid} ${startedAt}`
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
