import { closeSync, lstatSync, mkdirSync, openSync, readdirSync, readSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode, LumenError } from '@lumen/std/error'
import { piecewiseSha256 } from '../runtime.ts'
import type { UpdateState } from './update-state.ts'

/** Where a download grows. */
export const INCOMING = 'incoming'

/** A script is CommonJS, whatever stands in a package.json above it. */
export function buildPath(dir: string, kind: 'executable' | 'script', digest: string): string {
  return join(dir, `build-${digest.slice(0, 16)}${kind === 'script' ? '.cjs' : ''}`)
}

/** Makes the directory builds are kept in, or finds it; the agent's own, and nobody else's to write in: what lies
 * there is run.
 * @throws {LumenError} `update_folder_unsafe`; the system's error */
export function openUpdateFolder(dir: string): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  if (!isSafeFolder(dir))
    throw new LumenError(
      'update_folder_unsafe',
      `Builds are not kept in ${dir}: it must be a directory of the agent's user that nobody else can write in`,
    )
}

/** False too where there is none. */
export function isSafeFolder(dir: string): boolean {
  try {
    const found = lstatSync(dir)
    const uid = process.getuid?.()
    return found.isDirectory() && (uid === undefined || (found.uid === uid && (found.mode & 0o022) === 0))
  } catch {
    return false
  }
}

/** Whether a build is the one its digest names. */
export function isWhole(path: string, digest: string): boolean {
  try {
    return lstatSync(path).isFile() && digestOf(path) === digest
  } catch (error) {
    if (errorCode(error) === undefined) throw error
    return false
  }
}

/** Removes builds nothing speaks of any more, and downloads that were cut off. */
export function tidyUpdateFolder(dir: string, state: UpdateState): void {
  const kept = [state.current, state.trial].map((build) => build?.sha256.slice(0, 16))
  for (const name of readdirSync(dir)) {
    const digest = /^build-([0-9a-f]{16})(?:\.cjs)?$/.exec(name)?.[1]
    if (name !== INCOMING && (digest === undefined || kept.includes(digest))) continue
    rmSync(join(dir, name), { force: true })
  }
}

function digestOf(path: string): string {
  const hasher = piecewiseSha256()
  const piece = new Uint8Array(256 * 1024)
  const file = openSync(path, 'r')
  try {
    for (;;) {
      const bytes = readSync(file, piece)
      if (bytes === 0) return hasher.digest('hex')
      hasher.update(piece.subarray(0, bytes))
    }
  } finally {
    closeSync(file)
  }
}
