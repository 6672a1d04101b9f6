import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { errorMessage } from '@lumen/std/error'
import type { Log } from '@lumen/std/log'
import { EXIT, UsageError } from '../cli/refusal.ts'
import { print } from '../print.ts'

/** More often than this a running agent does not write. */
const NOTE_EVERY_MS = 15_000
/** An agent is heard this long after the hub's last answer, or three intervals where those are longer. */
const HEARD_MS = 120_000

/** Keeps the file of `--health`: when it was changed is when the hub last answered, what it holds is the interval in
 * ms. A file that cannot be written is said once, and no reason to end.
 * @returns what to call at every answer */
export function healthNotes(
  path: string,
  log: Log,
  now: () => number = Date.now,
): (intervalMs: number) => void {
  let notedAt = Number.NEGATIVE_INFINITY
  let isSaid = false
  return (intervalMs) => {
    if (Math.abs(now() - notedAt) < NOTE_EVERY_MS) return
    notedAt = now()
    try {
      writeFileSync(path, `${intervalMs}\n`)
    } catch (error) {
      if (!isSaid) log.warn('health file cannot be written', { path, reason: errorMessage(error) })
      isSaid = true
    }
  }
}

/** `lumen agent --healthy`: whether the agent that runs is heard. @throws {UsageError} without a file to ask */
export async function tellHealth(path: string | undefined): Promise<number> {
  if (path === undefined) throw new UsageError('--healthy asks the file of --health: name it.')
  const { isHeard, text } = readHealth(path)
  await print(`${text}\n`)
  return isHeard ? EXIT.done : EXIT.failure
}

/** What the file tells of the agent that keeps it. A missing file is an agent the hub never answered. */
export function readHealth(path: string, now = Date.now()): { isHeard: boolean; text: string } {
  let seconds: number
  let limitMs: number
  try {
    limitMs = Math.max(HEARD_MS, 3 * (Number.parseInt(readFileSync(path, 'utf8'), 10) || 0))
    seconds = Math.max(0, Math.round((now - statSync(path).mtimeMs) / 1_000))
  } catch (error) {
    return { isHeard: false, text: `the hub has not answered yet: ${errorMessage(error)}` }
  }
  return { isHeard: seconds * 1_000 <= limitMs, text: `the hub answered ${seconds} s ago` }
}
