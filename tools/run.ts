import { devNull } from 'node:os'
import { dirname } from 'node:path'

export const ROOT = dirname(import.meta.dir)
/** The Bun that runs this. */
export const BUN = process.execPath
/** It, deaf to a stray .env or bunfig.toml. */
export const BUN_ALONE: readonly string[] = [BUN, '--no-env-file', `--config=${devNull}`]

export interface RunOptions {
  env?: Record<string, string | undefined>
  /** The checkout unless told. */
  cwd?: string
  /** Where the child's stdout goes; stderr goes to ours, or with `none` nowhere as well. */
  stdout?: 'inherit' | 'stderr' | 'none'
  /** Ends the child (SIGKILL) when it takes longer. */
  limitMs?: number
}

/** Runs a program to its end, passing SIGINT and SIGTERM on.
 * @returns its exit code; 128 + signal number when a signal ended it. */
export async function run(command: string[], options: RunOptions = {}): Promise<number> {
  const child = Bun.spawn(command, {
    cwd: options.cwd ?? ROOT,
    env: { ...process.env, ...options.env },
    stdin: 'ignore',
    stdout: options.stdout === 'stderr' ? 2 : options.stdout === 'none' ? 'ignore' : 'inherit',
    stderr: options.stdout === 'none' ? 'ignore' : 'inherit',
  })
  const passOn = (signal: NodeJS.Signals) => child.kill(signal)
  process.on('SIGINT', passOn)
  process.on('SIGTERM', passOn)
  const limit =
    options.limitMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), options.limitMs)
  try {
    return await child.exited
  } finally {
    clearTimeout(limit)
    process.off('SIGINT', passOn)
    process.off('SIGTERM', passOn)
  }
}
