import { SECOND } from '@lumen/model/time'
import type { Backup, BackupRun, GuestBackup } from '@lumen/protocol/http/proxmox/guest-backups'

const MOST_RECENT = 10
/** As far as the clocks of a node and of a storage agree. */
const LEEWAY_MS = 60 * SECOND

export interface GuestBackupParts {
  /** Wherever they lie, in any order. */
  backups: readonly Backup[]
  /** Of this guest, in any order. */
  runs: readonly BackupRun[]
  /** Enabled ones that cover it. */
  jobs: readonly string[]
  isCovered: boolean | null
  /** All places where backups lie could be looked at: what was not found is not there. */
  isWhole: boolean
  now: number
}

/** How a guest's backups stand. A run that failed counts until a backup was made after it. */
export function guestBackup(parts: GuestBackupParts): GuestBackup {
  const backups = parts.backups.toSorted((one, other) => other.at - one.at)
  const runs = parts.runs.toSorted((one, other) => other.at - one.at)
  const run = runs.find(({ state }) => state !== 'running')
  const last = backups.find(({ verified }) => verified !== 'failed') ?? null
  const newest = backups[0]
  const isOver = run !== undefined && newest !== undefined && isPast(run, newest)
  return {
    state: stateOf(isOver ? undefined : run, backups.length, last, parts.isWhole),
    last: last === null ? null : backupOf(last),
    age_s: last === null ? null : Math.max(0, Math.round((parts.now - last.at) / SECOND)),
    count: backups.length,
    recent: backups.slice(0, MOST_RECENT).map(backupOf),
    jobs: [...parts.jobs],
    is_covered: parts.isCovered,
    last_run: runs[0] ?? null,
  }
}

/** A run that failed made no backup: one that was begun since is of a later run. One that warned made one. */
function isPast(run: BackupRun, { at }: Backup): boolean {
  const sinceMs = run.state === 'failed' ? run.at : (run.ended_at ?? run.at) + LEEWAY_MS
  return at >= sinceMs
}

function stateOf(
  run: BackupRun | undefined,
  count: number,
  last: Backup | null,
  isWhole: boolean,
): GuestBackup['state'] {
  if (run?.state === 'failed') return 'failed'
  if (count > 0 && last === null) return 'unverified'
  if (run?.state === 'warnings') return 'warnings'
  if (last !== null) return 'ok'
  return isWhole ? 'never' : 'unknown'
}

/** Without what only the hub needs. */
export function backupOf({ at, size_bytes, where, verified, is_protected, is_encrypted }: Backup): Backup {
  return { at, size_bytes, where, verified, is_protected, is_encrypted }
}
