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
  /** Gets what the child writes to stderr, which then goes nowhere else. */
  onStderr?: (text: string) => void
  /** Ends the child when it takes longer: gently, so that it can say what it was at, and soon by SIGKILL. */
  limitMs?: number
}

const LAST_WORDS_MS = 10_000

/** Runs a program to its end, passing SIGINT and SIGTERM on.
 * @returns its exit code; 128 + signal number when a signal ended it. */
export async function run(command: string[], options: RunOptions = {}): Promise<number> {
  const child = Bun.spawn(command, {
    cwd: options.cwd ?? ROOT,
    env: { ...process.env, ...options.env },
    stdin: 'ignore',
    stdout: options.stdout === 'stderr' ? 2 : options.stdout === 'none' ? 'ignore' : 'inherit',
    stderr: options.onStderr ? 'pipe' : options.stdout === 'none' ? 'ignore' : 'inherit',
  })
  const passOn = (signal: NodeJS.Signals) => child.kill(signal)
  process.on('SIGINT', passOn)
  process.on('SIGTERM', passOn)
  const limitMs = options.limitMs ?? Number.POSITIVE_INFINITY
  const limits = [[limitMs, 'SIGTERM'] as const, [limitMs + LAST_WORDS_MS, 'SIGKILL'] as const].flatMap(
    ([ms, signal]) => (ms === Number.POSITIVE_INFINITY ? [] : setTimeout(() => child.kill(signal), ms)),
  )
  const heard =
    child.stderr instanceof ReadableStream && options.onStderr && hear(child.stderr, options.onStderr)
  try {
    const code = await child.exited
    // What it left running may hold the pipe.
    await Promise.race([heard, Bun.sleep(1_000)])
    return code
  } finally {
    for (const timer of limits) clearTimeout(timer)
    process.off('SIGINT', passOn)
    process.off('SIGTERM', passOn)
  }
}

async function hear(stream: ReadableStream<Uint8Array>, onText: (text: string) => void): Promise<void> {
  const decoder = new TextDecoder()
  for await (const bytes of stream) onText(decoder.decode(bytes, { stream: true }))
}
