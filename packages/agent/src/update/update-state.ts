import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { isObject } from '@lumen/std/is-object'
import { syncFolder } from '@lumen/std/sync-folder'

/** What tells one build from another. */
export interface BuildId {
  version: string
  /** Hexadecimal. */
  sha256: string
}

/** How an update ended where the agent that saw it could not tell the hub. */
export interface UpdateNews {
  state: 'failed' | 'rolled-back'
  from: string
  to: string
  reason: string
}

/** What an update directory holds beside its builds. It is read by the installed program and by every build that
 * replaces it, older and newer ones: members may be added, never changed. */
export interface UpdateState {
  /** The build that runs in place of the installed program. */
  current: BuildId | null
  /** A build no hub has answered yet: the version it replaces and how often it was started. */
  trial: (BuildId & { from: string; starts: number }) | null
  /** Builds that did not work here, newest last; they are not tried again. */
  failed: BuildId[]
  news: UpdateNews[]
}

export const EMPTY_STATE: UpdateState = { current: null, trial: null, failed: [], news: [] }

const STATE_FILE = 'state.json'
const MOST_FAILED = 20
const MOST_NEWS = 10

/** What is damaged, or was never written, counts as nothing: the installed program runs then. */
export function readUpdateState(dir: string): UpdateState {
  try {
    return parseUpdateState(readFileSync(join(dir, STATE_FILE), 'utf8'))
  } catch {
    return EMPTY_STATE
  }
}

/** On disk, whole, when it returns.
 * @throws the system's error */
export function writeUpdateState(dir: string, state: UpdateState): void {
  const failed = state.failed.slice(-MOST_FAILED)
  const news = state.news.slice(-MOST_NEWS)
  const path = join(dir, STATE_FILE)
  const file = openSync(`${path}.new`, 'w', 0o600)
  try {
    writeSync(file, `${JSON.stringify({ ...state, failed, news }, null, 2)}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(`${path}.new`, path)
  syncFolder(dir)
}

export function parseUpdateState(text: string): UpdateState {
  const value: unknown = JSON.parse(text)
  if (!isObject(value)) return EMPTY_STATE
  const { current, trial, failed, news } = value
  return {
    current: isBuildId(current) ? current : null,
    trial: isTrial(trial) ? trial : null,
    failed: Array.isArray(failed) ? failed.filter(isBuildId) : [],
    news: Array.isArray(news) ? news.filter(isNews) : [],
  }
}

function isBuildId(value: unknown): value is BuildId {
  return (
    isObject(value) &&
    typeof value.version === 'string' &&
    typeof value.sha256 === 'string' &&
    /^[0-9a-f]{64}$/.test(value.sha256)
  )
}

function isTrial(value: unknown): value is NonNullable<UpdateState['trial']> {
  return (
    isBuildId(value) &&
    'from' in value &&
    typeof value.from === 'string' &&
    'starts' in value &&
    Number.isSafeInteger(value.starts)
  )
}

function isNews(value: unknown): value is UpdateNews {
  return (
    isObject(value) &&
    (value.state === 'failed' || value.state === 'rolled-back') &&
    [value.from, value.to, value.reason].every((word) => typeof word === 'string')
  )
}
