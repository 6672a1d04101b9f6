import { Database } from 'bun:sqlite'
import { accessSync, constants, existsSync, readdirSync, type Stats, statfsSync, statSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { errorMessage } from '@lumen/std/error'
import { machineTokenPath } from '../up/machine-token.ts'
import { type Finding, fail, ok, warn } from './finding.ts'

const MIB = 1024 * 1024
const LITTLE_BYTES = 1024 * MIB
const FULL_BYTES = 100 * MIB

/** The hub's data directory and the databases in it. Only reads. */
export function checkData(dir: string): Finding[] {
  if (!existsSync(dir)) return [ok(`${dir} is not there yet; the hub makes it at its first start`)]
  const folder = statSync(dir)
  if (!folder.isDirectory()) return [fail(`${dir} is no directory`, 'choose another with --data')]
  const access = writable(dir)
  const whose = [...owner(dir, folder), isPrivate(dir, folder, 'chmod 700')]
  // What cannot be entered cannot be looked into either.
  if (access.level === 'fail') return [access, ...whose]
  return [
    access,
    ...whose,
    space(dir),
    ...secretFile(machineTokenPath(dir)),
    ...databases(dir).map((path) => integrity(dir, path)),
  ]
}

function writable(dir: string): Finding {
  try {
    accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK)
    readdirSync(dir)
    return ok(`${dir} can be written`)
  } catch (error) {
    return fail(
      `${dir} cannot be written: ${errorMessage(error)}`,
      'give this user write permission, or choose another with --data',
    )
  }
}

function owner(dir: string, { uid }: Stats): Finding[] {
  const own = process.getuid?.()
  if (own === undefined || own === uid) return []
  return [
    warn(
      `${dir} belongs to user ${uid}, this is user ${own}`,
      'run the hub and its commands as the owner, or change the owner with chown -R',
    ),
  ]
}

function isPrivate(path: string, { mode }: Stats, command: string): Finding {
  if (process.platform === 'win32' || (mode & 0o077) === 0) return ok(`${path} is its owner’s alone`)
  return warn(`${path} can be opened by others (mode ${(mode & 0o777).toString(8)})`, `${command} ${path}`)
}

function secretFile(path: string): Finding[] {
  return existsSync(path) ? [isPrivate(path, statSync(path), 'chmod 600')] : []
}

function space(dir: string): Finding {
  const { bavail, bsize, files, ffree } = statfsSync(dir)
  const free = bavail * bsize
  const text = `${Math.floor(free / MIB)} MiB free on its disk`
  if (files > 0 && ffree === 0) return fail('no inode is free on its disk', 'delete files there')
  if (free < FULL_BYTES) return fail(text, 'free space; the hub stops writing when it is full')
  if (free < LITTLE_BYTES) return warn(text, 'free space soon')
  return ok(text)
}

function databases(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.db') && basename(name) !== 'lock.db')
    .map((name) => join(dir, name))
    .sort()
}

/** SQLite's own check of a file, beside a running hub if need be. */
function integrity(dir: string, path: string): Finding {
  const name = relative(dir, path)
  const fix = 'stop the hub, keep a copy of the file, and start the hub: it repairs or sets aside what it can'
  let database: Database | undefined
  try {
    database = new Database(path, { readonly: true })
    const rows = database.query<{ quick_check: string }, []>('PRAGMA quick_check(5)').all()
    const faults = rows.map((row) => row.quick_check).filter((text) => text !== 'ok')
    const size = `${(statSync(path).size / MIB).toFixed(1)} MiB`
    return faults.length === 0
      ? ok(`${name} is sound (${size})`)
      : fail(`${name} is damaged: ${faults.join('; ')}`, fix)
  } catch (error) {
    return fail(`${name} cannot be opened: ${errorMessage(error)}`, fix)
  } finally {
    database?.close()
  }
}
